import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { transition } from '../transition-table.ts'
import type { Return, ReturnHistoryEntry } from './return.ts'
import { type ReturnEvent, returnMachine } from './return-machine.ts'

/** The return after a step. @throws ILLEGAL_TRANSITION */
export function advanceReturn(returned: Return, event: ReturnEvent, now: Date, patch: Partial<Pick<Return, 'lines' | 'rejection'>> = {}): Return {
  return { ...returned, ...patch, status: transition(returnMachine, returned.status, event), updatedAt: now, version: returned.version + 1 }
}

function record(context: Context, returned: Return, actor: ActorRecord): { event: DomainEvent; history: ReturnHistoryEntry } {
  const { id: returnId, orderId, status, version, updatedAt: at } = returned
  const subject = { aggregateType: 'return', aggregateId: returnId, aggregateVersion: version } as const
  const event = makeEvent(context, at, 'return.changed', subject, { returnId, orderId, status })
  return { event, history: { returnId, version, status, eventId: event.id, actor, at } }
}

export async function insertReturn(context: Context, tx: StorageTransaction, returned: Return, actor: ActorRecord): Promise<void> {
  const { event, history } = record(context, returned, actor)
  await Promise.all([tx.returns.insert({ returned, history }), tx.outbox.append([event])])
}

/** Saves a return's new version with its history entry and its event. @throws CONFLICT when somebody else saved first: the transaction must be given up. */
export async function saveReturn(context: Context, tx: StorageTransaction, returned: Return, actor: ActorRecord): Promise<void> {
  const { event, history } = record(context, returned, actor)
  const [saved] = await Promise.all([tx.returns.save({ returned, expectedVersion: returned.version - 1, history }), tx.outbox.append([event])])
  if (saved === 'stale') throw new CommerceError('CONFLICT', { details: { object: 'return' } })
}
