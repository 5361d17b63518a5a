import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { CustomerId } from '../ids.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { noSuchGiftCard } from './choose-credit.ts'
import { whyUnusable } from './credit.ts'
import { postEntry, storeCreditOf } from './credit-writer.ts'

/** Moves what is on a gift card to a customer's store credit. @throws NOT_FOUND, GIFT_CARD_UNUSABLE, CREDIT_INSUFFICIENT, CONFLICT */
export async function claimGiftCard(
  context: Context,
  tx: StorageTransaction,
  { codeHash, customerId, actor }: { readonly codeHash: string; readonly customerId: CustomerId; readonly actor: ActorRecord },
): Promise<{ readonly claimedMinor: number; readonly balanceMinor: number; readonly currency: string }> {
  const found = await tx.credit.find({ key: { codeHash } })
  if (found?.kind !== 'gift_card') throw noSuchGiftCard()
  const wallet = await storeCreditOf(context, tx, customerId, found.currency)
  const locked = await tx.credit.lock({ accountIds: [found.id, wallet.id] })
  const card = locked.find(({ id }) => id === found.id) ?? found
  const reason = whyUnusable(card, card.currency, tx.now)
  if (reason !== undefined) throw new CommerceError('GIFT_CARD_UNUSABLE', { details: { lastFour: card.lastFour ?? '', reason } })
  const claimedMinor = card.balanceMinor
  await postEntry(context, tx, card, { change: 'claim', amountMinor: -claimedMinor, actor })
  const note = card.lastFour === null ? null : `gift card ${card.lastFour}`
  await postEntry(context, tx, wallet, { change: 'claim', amountMinor: claimedMinor, note, actor })
  const before = locked.find(({ id }) => id === wallet.id)?.balanceMinor ?? 0
  return { claimedMinor, balanceMinor: before + claimedMinor, currency: card.currency }
}
