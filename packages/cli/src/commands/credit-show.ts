import type { CreditMovement } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { titled } from '../terminal/titled.ts'
import { amount, moment } from '../terminal/words.ts'
import { signed } from './gift-cards-show.ts'
import { namedCustomer } from './named-customer.ts'

interface CreditShowOptions extends ShopOptions {
  /** Id or address of mail. */
  readonly customer: string
  readonly currency?: string
  readonly limit: number
}

/** Shows a customer's store credit, with its newest movements. */
export async function creditShow(output: Output, options: CreditShowOptions): Promise<number> {
  const { customer, currency, limit } = options
  const whole = await withCommerce(options, { create: false }, async (commerce) => {
    const of = { actor: staff, customerId: await namedCustomer(commerce, customer), ...(currency === undefined ? {} : { currency }) }
    return { ...(await commerce.storeCredit.balance(of)), movements: (await commerce.storeCredit.entries({ ...of, limit })).items }
  })
  const words = ({ at, change, amountMinor, orderId }: CreditMovement) =>
    `${moment(at)}  ${change} ${signed(amountMinor, whole.currency)}${orderId === null ? '' : `: order ${orderId}`}`
  output.result(whole, () =>
    [`${customer} has ${amount(whole.balanceMinor, whole.currency)}.`, titled('Movements', whole.movements.map(words), output)].join('\n\n').trim(),
  )
  return 0
}
