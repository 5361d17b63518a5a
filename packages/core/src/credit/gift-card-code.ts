import { hashToken } from '../actor.ts'
import { type Random, shortText } from '../ids.ts'
import type { CreditChoice } from './choose-credit.ts'
import type { CreditChoiceInput } from './credit-input.ts'

/** Of 5 bits each: 140 bits, of which the last four characters, which people may see, leave 120. */
const length = 28

/** A new code, in groups of four: `K7QX-29MF-…`, without 0, 1, I and O, which are misread. */
export function giftCardCode(random: Random): string {
  const characters = shortText(random, length)
  return characters.match(/.{4}/g)?.join('-') ?? characters
}

/** How a code is stored, and its end for people; small letters, blanks and hyphens make no difference. It has 140 random bits, so it needs no salt or stretching. */
export function readGiftCardCode(code: string): { readonly codeHash: string; readonly lastFour: string } {
  const plain = code.replaceAll(/[\s-]/g, '').toUpperCase()
  return { codeHash: hashToken(plain), lastFour: plain.slice(-4) }
}

/** A buyer's choice as it goes further: without codes. */
export function creditChoice({ giftCards, ...rest }: CreditChoiceInput): CreditChoice {
  return { ...rest, codeHashes: giftCards.map((code) => readGiftCardCode(code).codeHash) }
}
