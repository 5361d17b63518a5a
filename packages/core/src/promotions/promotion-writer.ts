import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PromotionChange } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { Promotion } from './promotion.ts'

/** Appends the event of a change. */
export function announcePromotion(context: Pick<Context, 'ids'>, tx: StorageTransaction, promotion: Promotion, change: PromotionChange): Promise<void> {
  const subject = { aggregateType: 'promotion', aggregateId: promotion.id, aggregateVersion: promotion.version } as const
  return tx.outbox.append([makeEvent(context, tx.now, 'promotion.changed', subject, { promotionId: promotion.id, change })])
}

/** Saves a promotion that was locked, with its event; quotes that were made with it become stale. @throws CONFLICT */
export async function savePromotion(
  context: Pick<Context, 'ids'>,
  tx: StorageTransaction,
  before: Promotion,
  terms: Promotion,
  change: PromotionChange,
): Promise<Promotion> {
  const after: Promotion = { ...terms, version: before.version + 1, updatedAt: tx.now }
  if ((await tx.promotions.save({ promotion: after, expectedVersion: before.version })) === 'stale') {
    throw new CommerceError('CONFLICT', { details: { object: 'promotion' } })
  }
  if (after.automatic) await tx.promotions.automaticChanged({ active: before.status === 'active' && after.status === 'ended' ? -1 : 0 })
  await announcePromotion(context, tx, after, change)
  return after
}

/** @throws NOT_FOUND */
export function noSuchPromotion(): never {
  throw new CommerceError('NOT_FOUND', { details: { object: 'promotion' } })
}
