import { amountIn } from '../credit-options.ts'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { amount, moment } from '../terminal/words.ts'

interface GiftCardsIssueOptions extends ShopOptions {
  readonly amount: string
  readonly currency?: string
  readonly expires?: Date
  readonly note?: string
}

/** Makes a gift card, and shows its code. */
export async function giftCardsIssue(output: Output, options: GiftCardsIssueOptions): Promise<number> {
  const { amount: text, expires: expiresAt, note } = options
  const issued = await withCommerce(options, { create: false }, ({ giftCards }, config) => {
    const currency = options.currency ?? config.currency
    const more = { ...(expiresAt === undefined ? {} : { expiresAt }), ...(note === undefined ? {} : { note }) }
    return giftCards.issue({ actor: staff, amountMinor: amountIn(currency, text), currency, ...more })
  })
  const { giftCard, code } = issued
  output.result(issued, () => {
    const until = giftCard.expiresAt === null ? '' : `, until ${moment(giftCard.expiresAt)}`
    return [output.paint('bold', code ?? ''), `${amount(giftCard.balanceMinor, giftCard.currency)}${until}`, output.paint('dim', giftCard.id)].join('\n')
  })
  output.note('The code is kept nowhere: hand it on now.')
  return 0
}
