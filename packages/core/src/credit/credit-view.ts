import type { Currency } from '../money/money.ts'
import type { CreditAccount, CreditEntry } from './credit.ts'

/** A gift card for staff: never its code, nor what that is stored as. */
export type GiftCard = Omit<CreditAccount, 'codeHash' | 'customerId' | 'kind'>

/** What somebody who has the code is told. */
export interface GiftCardBalance {
  readonly lastFour: string
  readonly currency: Currency
  /** What can be spent now: nothing of a card that is disabled or has expired. */
  readonly spendableMinor: number
  readonly expiresAt: Date | null
}

/** A movement for its owner: without staff, and without their notes. */
export type CreditMovement = Omit<CreditEntry, 'actor' | 'note' | 'reference'>

export function viewGiftCard({ codeHash: _hash, customerId: _nobody, kind: _kind, ...card }: CreditAccount): GiftCard {
  return card
}

export function viewMovement({ actor: _actor, note: _note, reference: _reference, ...movement }: CreditEntry): CreditMovement {
  return movement
}
