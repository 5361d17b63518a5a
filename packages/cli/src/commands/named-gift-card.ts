import type { Commerce, GiftCard } from '@cartwright/core'
import { staff } from '../staff.ts'

/** The gift card that is named by its id or its code. @throws NOT_FOUND */
export function namedGiftCard({ giftCards }: Commerce, name: string): Promise<GiftCard> {
  const isId = /^[0-9a-f]{8}-[0-9a-f]{4}-/.test(name)
  return giftCards.find({ actor: staff, ...(isId ? { giftCardId: name } : { code: name }) })
}
