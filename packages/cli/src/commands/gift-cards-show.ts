import type { CreditEntry, GiftCard } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { titled } from '../terminal/titled.ts'
import { amount, moment } from '../terminal/words.ts'
import { namedGiftCard } from './named-gift-card.ts'

interface GiftCardsShowOptions extends ShopOptions {
  /** Id or code. */
  readonly card: string
}

/** Shows one gift card, with its newest movements. */
export async function giftCardsShow(output: Output, options: GiftCardsShowOptions): Promise<number> {
  const whole = await withCommerce(options, { create: false }, async (commerce) => {
    const card = await namedGiftCard(commerce, options.card)
    return { card, entries: (await commerce.giftCards.entries({ actor: staff, giftCardId: card.id, limit: 100 })).items }
  })
  output.result(whole, () => [cardWords(whole.card, output), titled('Movements', whole.entries.map(entryWords(whole.card)), output)].join('\n\n'))
  return 0
}

/** What a card is, in words. */
export function cardWords({ id, lastFour, status, balanceMinor, currency, expiresAt, note }: GiftCard, { paint }: Output): string {
  const expiry = expiresAt === null ? [] : [`expires ${moment(expiresAt)}`]
  return [
    `${paint('bold', `…${lastFour ?? ''}`)}  ${amount(balanceMinor, currency)}  ${paint(status === 'active' ? 'green' : 'red', status)}`,
    ...expiry,
    ...(note === null ? [] : [note]),
    paint('dim', id),
  ].join('\n')
}

function entryWords({ currency }: GiftCard): (entry: CreditEntry) => string {
  return ({ at, change, amountMinor, orderId, note, actor }) => {
    const about = [...(orderId === null ? [] : [`order ${orderId}`]), ...(note === null ? [] : [note])].join(', ')
    const who = actor.id === null ? actor.type : `${actor.type} ${actor.id}`
    return `${moment(at)}  ${change} ${signed(amountMinor, currency)} by ${who}${about === '' ? '' : `: ${about}`}`
  }
}

/** `+12.50 USD`. */
export function signed(amountMinor: number, currency: string): string {
  return `${amountMinor < 0 ? '−' : '+'}${amount(Math.abs(amountMinor), currency)}`
}
