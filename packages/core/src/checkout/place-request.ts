import type * as z from 'zod'
import { CommerceError } from '../errors.ts'
import type { IdempotencyKeyId } from '../idempotency/idempotency-store.ts'
import { fingerprint, idempotencyScope } from '../idempotency/run-idempotent.ts'
import { parseInput } from '../parse-input.ts'
import type { Quote } from '../pricing/quote.ts'
import { type PaymentChoice, type PlaceInput, placeInput } from './checkout-input.ts'

/** A checked call of `place` or `prepare`, with the key under which it runs. */
export interface PlaceRequest {
  readonly input: z.output<typeof placeInput>
  readonly key: IdempotencyKeyId
  /** Of everything but the key and the actor. */
  readonly digest: string
}

/** The operation under which orders are placed: `place` and `prepare` are two ways to do the same, and share their keys. */
export const placeOperation = 'checkout.place'

/** @throws INVALID_INPUT */
export function readPlaceRequest(params: PlaceInput): PlaceRequest {
  const input = parseInput(placeInput, params)
  const { idempotencyKey, actor, ...intent } = input
  return { input, key: { scope: idempotencyScope(actor), operation: placeOperation, key: idempotencyKey }, digest: fingerprint(intent) }
}

/** @throws INVALID_INPUT when something is due and there is no payment for it */
export function requirePayment(payment: PaymentChoice | undefined, { dueMinor }: Pick<Quote, 'dueMinor'>): void {
  if (payment !== undefined || dueMinor === 0) return
  throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'payment', message: 'required unless nothing is due' }] } })
}
