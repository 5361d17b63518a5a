import { amountIn } from '../credit-options.ts'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { amount } from '../terminal/words.ts'
import { namedCustomer } from './named-customer.ts'

interface CreditGrantOptions extends ShopOptions {
  /** Id or address of mail. */
  readonly customer: string
  readonly amount: string
  readonly currency?: string
  readonly note?: string
  readonly key?: string
}

/** Gives a customer store credit. */
export async function creditGrant(output: Output, options: CreditGrantOptions): Promise<number> {
  const { customer, amount: text, note, key: idempotencyKey } = options
  const balance = await withCommerce(options, { create: false }, async (commerce, config) => {
    const currency = options.currency ?? config.currency
    const customerId = await namedCustomer(commerce, customer)
    const more = { ...(note === undefined ? {} : { note }), ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }
    return commerce.storeCredit.grant({ actor: staff, customerId, amountMinor: amountIn(currency, text), currency, ...more })
  })
  output.result(balance, () => `${customer} has ${amount(balance.balanceMinor, balance.currency)}.`)
  return 0
}
