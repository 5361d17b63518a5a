import type { ErrorCode } from '../errors.ts'

/** What a key belongs to: two buyers may use the same key, and so may two operations. */
export interface IdempotencyKeyId {
  /** Who: `customer:<id>`, `guest:<token hash>`, `admin:<id>`, `system`. */
  readonly scope: string
  /** Which method, e.g. `checkout.place`. */
  readonly operation: string
  readonly key: string
}

/** A definitive refusal, kept so that the same key gets the same answer. */
export interface StoredRefusal {
  readonly code: ErrorCode
  readonly message: string
  readonly details: unknown
}

export interface IdempotencyRecord extends IdempotencyKeyId {
  /** Digest of the parameters. */
  readonly fingerprint: string
  readonly state: 'in_progress' | 'finished'
  /** How far it came, e.g. `prepared`; null before anything was written. */
  readonly step: string | null
  /** Grows with every takeover; a write with an older one is refused. */
  readonly fence: number
  readonly lockedUntil: Date
  /** JSON; set when something was written that the answer is derived from. */
  readonly result: unknown
  readonly error: StoredRefusal | null
  readonly expiresAt: Date
}

export type IdempotencyClaim =
  /** Ours to run. `takenOver` holds what an abandoned run left. */
  | { readonly outcome: 'claimed'; readonly fence: number; readonly takenOver: IdempotencyRecord | null }
  | { readonly outcome: 'finished'; readonly record: IdempotencyRecord }
  | { readonly outcome: 'in_flight'; readonly lockedUntil: Date }
  /** Same key, other fingerprint. */
  | { readonly outcome: 'reused' }

export interface IdempotencyReader {
  find(id: IdempotencyKeyId): Promise<IdempotencyRecord | undefined>
}

/** Persistence of idempotency keys. */
export interface IdempotencyStore extends IdempotencyReader {
  /** Inserts the key, or takes over one whose lock has passed (raising its fence), in one atomic step. */
  claim(params: IdempotencyKeyId & { readonly fingerprint: string; readonly lockedUntil: Date; readonly expiresAt: Date }): Promise<IdempotencyClaim>
  /** Records how far the run came and what the answer will be derived from. @returns `lost` when a takeover has raised the fence. */
  progress(params: IdempotencyKeyId & { readonly fence: number; readonly step: string; readonly result: unknown }): Promise<'saved' | 'lost'>
  /** Ends the run with a result or a definitive refusal. @returns `lost` when a takeover has raised the fence. */
  finish(params: IdempotencyKeyId & { readonly fence: number } & ({ readonly result: unknown } | { readonly error: StoredRefusal })): Promise<'saved' | 'lost'>
  /** Finishes, whatever the fence, keys whose lock has passed and that hold a result: what they began has been settled by the completer. @returns how many. */
  finishAbandoned(params: { readonly limit: number }): Promise<number>
  /** Deletes finished keys past `expiresAt` and unfinished ones without a result past it. @returns how many. */
  prune(params: { readonly limit: number }): Promise<number>
}
