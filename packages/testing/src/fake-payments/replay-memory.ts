import type { Decline, ProviderChange } from '@cartwright/core/ports'
import type { LedgerAnswer } from './ledger-requests.ts'

/** How a request ended: which object it made or found, or why it was refused. */
export interface Ending {
  readonly outcome: 'accepted' | 'rejected'
  readonly objectId: string | null
  readonly decline: Decline | null
}

interface Remembered extends Ending {
  readonly fingerprint: string
}

const reused: Decline = { code: 'idempotency_key_reused', buyerMessage: 'The payment could not be made.' }

/** Remembers the first ending of every idempotency key for as long as the ledger lives. */
export class ReplayMemory {
  #endings = new Map<string, Remembered>()

  /**
   * Runs `work` unless the key has been used: then its first ending is repeated, with the object as it is now. Other parameters under the same key
   * are rejected, with nothing done.
   */
  once<T>(idempotencyKey: string, parameters: unknown, work: () => Ending, read: (objectId: string) => T): ProviderChange<T> {
    const fingerprint = fingerprintOf(parameters)
    const seen = this.#endings.get(idempotencyKey)
    if (seen !== undefined && seen.fingerprint !== fingerprint) return { outcome: 'rejected', decline: reused, value: null }
    const ending = seen ?? work()
    if (seen === undefined) this.#endings.set(idempotencyKey, { ...ending, fingerprint })
    return answered(ending, read)
  }

  /** Whether the key has an ending already. */
  has(idempotencyKey: string): boolean {
    return this.#endings.has(idempotencyKey)
  }
}

/** Equal parameters, equal text: the order of fields does not matter. */
function fingerprintOf(parameters: unknown): string {
  const sorted = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return JSON.stringify(parameters, sorted)
}

function answered<T>(ending: Ending, read: (objectId: string) => T): ProviderChange<T> {
  const value = ending.objectId === null ? null : read(ending.objectId)
  if (ending.outcome === 'accepted' && value !== null) return { outcome: 'accepted', value }
  return { outcome: 'rejected', decline: ending.decline ?? reused, value }
}

/** A refusal that made nothing. */
export function refusal(code: string, objectId: string | null = null): Ending {
  return { outcome: 'rejected', objectId, decline: { code, buyerMessage: 'The payment could not be made.' } }
}

/** An answer that is lost on its way, whatever it said. */
export const lost: LedgerAnswer<never> = { outcome: 'lost' }
