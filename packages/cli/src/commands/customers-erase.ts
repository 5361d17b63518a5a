import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { counted } from '../terminal/words.ts'
import { namedCustomer } from './named-customer.ts'

interface CustomersEraseOptions extends ShopOptions {
  /** Id or address of mail. */
  readonly customer: string
  readonly yes?: boolean
  readonly force?: boolean
}

/** Takes a person out of the shop's records. Says what it would do unless `yes` is given. */
export async function customersErase(output: Output, options: CustomersEraseOptions): Promise<number> {
  const { yes = false, force = false } = options
  return withCommerce(options, { create: false }, async (commerce) => {
    const customerId = await namedCustomer(commerce, options.customer)
    if (!yes) {
      const { orders, addresses, carts, sessions } = await commerce.customers.export({ actor: staff, customerId })
      const found = { customerId, erased: false, orders: orders.length, addresses: addresses.length, carts: carts.length, sessions: sessions.length }
      const kept = `${counted(found.orders, 'order')} would be kept without the person`
      output.result(
        found,
        () => `${kept}; ${counted(found.addresses, 'address', 'addresses')}, ${counted(found.sessions, 'session')} and the profile would go.`,
      )
      output.note('Nothing was changed. There is no way back: repeat with --yes to erase.')
      return 1
    }
    const erased = await commerce.customers.erase({ actor: staff, customerId, force })
    output.result({ customerId, erased: true, ...erased }, () => `Erased. ${counted(erased.orders, 'order')} kept under ${erased.pseudonym}.`)
    return 0
  })
}
