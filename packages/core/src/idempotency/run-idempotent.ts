import { hash } from 'node:crypto'
import { type Actor, hashToken } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError, type ErrorDetails } from '../errors.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import type { IdempotencyKeyId, StoredRefusal } from './idempotency-store.ts'

/** Whose key it is: keys of different buyers never meet. */
export function idempotencyScope(actor: Actor): string {
  if (actor.type === 'admin') return `admin:${actor.id}`
  if (actor.type === 'customer') return `customer:${actor.customerId}`
  return actor.type === 'guest' ? `guest:${hashToken(actor.token)}` : 'system'
}

/** Digest of a call's parameters; the order of an object's keys does not matter. */
export function fingerprint(params: unknown): string {
  return hash('sha256', canonicalJson(params))
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** The error a stored refusal stands for. */
export function refusalError(refusal: StoredRefusal): CommerceError {
  return new CommerceError(refusal.code, { details: refusal.details as ErrorDetails<typeof refusal.code>, message: refusal.message })
}

interface IdempotentCall extends Omit<IdempotencyKeyId, 'key'> {
  /** Undefined: the caller gave no key, and the work simply runs. */
  readonly key: string | undefined
  readonly params: unknown
}

/**
 * Runs a command that needs one transaction only, at most once per key: the key is written in that transaction, so both happen or neither. Repeating the
 * call gives the stored result. A refusal rolls everything back and is not stored: the command did nothing, and may be tried again.
 *
 * @typeParam Result - plain JSON: what a repetition gets is what was stored.
 * @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT
 */
export function runIdempotent<Result>(context: Context, call: IdempotentCall, work: (tx: StorageTransaction) => Promise<Result>): Promise<Result> {
  return runAndAnswer(context, call, work, async (_tx, result) => result)
}

/**
 * The same for a command whose answer is more than what its key remembers.
 *
 * @param answer - reads it in the command's own transaction: a look-up after the commit could fail, and the caller would believe that nothing had been done.
 */
export async function runAndAnswer<Result, Answer>(
  context: Context,
  call: IdempotentCall,
  work: (tx: StorageTransaction) => Promise<Result>,
  answer: (tx: StorageTransaction, result: Result) => Promise<Answer>,
): Promise<Answer> {
  const { key } = call
  return context.storage.transaction(context.clock.now(), async (tx) => {
    if (key === undefined) return answer(tx, await work(tx))
    const id = { scope: call.scope, operation: call.operation, key }
    const claim = await tx.idempotency.claim({
      ...id,
      fingerprint: fingerprint(call.params),
      lockedUntil: addMs(tx.now, context.timing.lockMs),
      expiresAt: addMs(tx.now, context.timing.idempotencyTtlMs),
    })
    if (claim.outcome === 'finished') return answer(tx, claim.record.result as Result)
    const { fence } = claimedOrThrow(claim)
    const result = await work(tx)
    await tx.idempotency.finish({ ...id, fence, result })
    return answer(tx, result)
  })
}

/** The fence of a claim that is ours. @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_FLIGHT */
export function claimedOrThrow<Claim extends { readonly outcome: string }>(claim: Claim): Extract<Claim, { readonly outcome: 'claimed' }> {
  if (claim.outcome === 'reused') throw new CommerceError('IDEMPOTENCY_KEY_REUSED', { details: {} })
  if (claim.outcome === 'in_flight') throw new CommerceError('IDEMPOTENCY_IN_FLIGHT', { details: {} })
  return claim as Extract<Claim, { readonly outcome: 'claimed' }>
}
