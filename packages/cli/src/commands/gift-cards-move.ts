import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { cardWords } from './gift-cards-show.ts'
import { namedGiftCard } from './named-gift-card.ts'

interface GiftCardsMoveOptions extends ShopOptions {
  /** Id or code. */
  readonly card: string
}

/** Disables a gift card, or enables it again. */
export async function giftCardsMove(output: Output, options: GiftCardsMoveOptions, act: 'disable' | 'enable'): Promise<number> {
  const card = await withCommerce(options, { create: false }, async (commerce) => {
    const { id: giftCardId } = await namedGiftCard(commerce, options.card)
    return commerce.giftCards[act]({ actor: staff, giftCardId })
  })
  output.result(card, () => cardWords(card, output))
  return 0
}
