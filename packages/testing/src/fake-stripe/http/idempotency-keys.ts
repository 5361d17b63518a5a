import type { FormParameters } from './form-encoding.ts'
import { StripeRefusal } from './stripe-refusal.ts'

export interface StoredAnswer {
  readonly status: number
  readonly body: string
  readonly requestId: string
}

interface KeptKey {
  readonly path: string
  readonly fingerprint: string
  readonly sinceMs: number
  answer: StoredAnswer | null
}

/** How long Stripe keeps a key, at least; the fake forgets it then. */
const keptMs = 24 * 3_600_000

/** Stripe's idempotency: the first answer under a key, also an error, is the answer to every repetition. */
export class IdempotencyKeys {
  readonly #keys = new Map<string, KeptKey>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /**
   * Claims a key for a request.
   *
   * @returns the stored answer of an earlier one, or null when this one is to be carried out, and then stored or released.
   * @throws StripeRefusal 409 while another request holds the key; 400 when it was used for something else.
   */
  claim(key: string, path: string, parameters: FormParameters): StoredAnswer | null {
    if (key.length > 255)
      throw new StripeRefusal(400, { type: 'idempotency_error', message: 'An idempotency key has 255 characters at most.' }, { carriedOut: false })
    const fingerprint = JSON.stringify(sorted(parameters))
    const kept = this.#keys.get(key)
    if (kept === undefined || kept.sinceMs + keptMs <= this.#nowMs()) {
      this.#keys.set(key, { path, fingerprint, sinceMs: this.#nowMs(), answer: null })
      return null
    }
    if (kept.path !== path || kept.fingerprint !== fingerprint)
      throw new StripeRefusal(
        400,
        { type: 'idempotency_error', message: `The key ${key} was first used with another path or other parameters.` },
        { carriedOut: false },
      )
    if (kept.answer === null)
      throw new StripeRefusal(
        409,
        { type: 'idempotency_error', code: 'idempotency_key_in_use', message: `Another request with the key ${key} is still under way.` },
        { carriedOut: false },
      )
    return kept.answer
  }

  /** Keeps the answer for repetitions. */
  store(key: string, answer: StoredAnswer): void {
    const kept = this.#keys.get(key)
    if (kept !== undefined) kept.answer = answer
  }

  /** Frees a key whose request was not carried out. */
  release(key: string): void {
    this.#keys.delete(key)
  }
}

/** The same parameters, the same text, in whatever order they came. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  )
}
