import { CommerceError, isCommerceError } from '../errors.ts'
import type { Random } from '../ids.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Timers } from '../runtime/timers.ts'
import type { Storage } from '../storage/storage.ts'
import type { Clock } from '../time.ts'
import type { Admission } from './admission.ts'
import { available } from './stock.ts'

/** Which SKUs have a gate before them, and who counts. */
export interface AdmissionOptions {
  /** One outside the process counts for all processes together. */
  readonly gate: Admission
  /** The SKUs of a flash sale. */
  readonly skus: readonly string[]
  /** For how long after units have come back a buyer may still be told that there are none, in ms. @default 1000 */
  readonly maxAgeMs?: number
}

interface GateParts {
  readonly storage: Storage
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly logger: Logger
}

/** Units of one SKU that a checkout wants. */
interface Wanted {
  readonly sku: string
  readonly quantity: number
  /** Units that may be sold before they have come are not turned away. */
  readonly backorder?: boolean
}

type Entry = Wanted & { readonly holder: string }

/** What one checkout was let through with. */
type Ticket = Entry & { readonly generation: number }

/** How long one caller may read the database for all before another tries. */
const lookMs = 500
/** Callers who know nothing ask again so often, for as long as a call to Redis may take in all; then the database decides. */
const pollMs = 10
const maxPolls = 10

/**
 * Stands before checkouts of SKUs that everybody wants, and turns away those for whom nothing is left before they cost the database a transaction. It decides
 * no sale: who gets through is decided by the database, and when the counts are away, so is everybody.
 *
 * Once in `maxAgeMs` one who would be refused is let through to the database instead, whatever the counts say, and counts anew on the way: so units that come
 * back by a release, an expiry or a delivery are sold again, whoever gave them back.
 */
export class AdmissionGate {
  readonly #parts: GateParts
  readonly #options: Required<AdmissionOptions> | undefined
  readonly #skus: ReadonlySet<string>
  /** The newest generation seen of each SKU. */
  readonly #seen = new Map<string, number>()

  constructor(parts: GateParts, options: AdmissionOptions | undefined) {
    this.#parts = parts
    this.#options = options === undefined ? undefined : { maxAgeMs: 1_000, ...options }
    this.#skus = new Set(options?.skus)
  }

  /** Whether there is a gate before any of these units. */
  concerns(wanted: readonly Wanted[]): boolean {
    return this.#options !== undefined && wanted.some((units) => this.#isGated(units))
  }

  #isGated({ sku, backorder }: Wanted): boolean {
    return backorder !== true && this.#skus.has(sku)
  }

  /**
   * Runs a checkout of these units, unless too few of one are left.
   *
   * @param holder - whose checkout it is, the cart: one that holds units already may check out anew.
   * @param wanted - one entry a SKU.
   * @throws OUT_OF_STOCK without running it, which nobody remembers: the same call may succeed later; else what `work` throws
   */
  async guarding<T>(holder: string, wanted: readonly Wanted[], work: () => Promise<T>): Promise<T> {
    const hot = wanted.filter((units) => this.#isGated(units)).map(({ sku, quantity }) => ({ sku, quantity }))
    if (this.#options === undefined || hot.length === 0) return work()
    const tickets: Ticket[] = []
    try {
      for (const want of hot) {
        const ticket = await this.#enter(this.#options, { ...want, holder })
        if (ticket !== undefined) tickets.push(ticket)
      }
      return await work()
    } catch (error) {
      await this.#correct(tickets, error)
      throw error
    }
  }

  /** @returns undefined for one whom the database alone decides about. @throws OUT_OF_STOCK */
  async #enter({ gate, maxAgeMs }: Required<AdmissionOptions>, entry: Entry): Promise<Ticket | undefined> {
    const { sku, quantity } = entry
    const token = Buffer.from(this.#parts.random.bytes(12)).toString('base64url')
    try {
      for (let poll = 0; poll < maxPolls; poll += 1) {
        const answer = await gate.take({ ...entry, seen: this.#seen.get(sku) ?? 0, token, maxAgeMs, lookMs })
        if (answer.outcome === 'look') return await this.#look(gate, entry, token)
        if (answer.outcome === 'wait') {
          await this.#parts.timers.sleep(pollMs)
          continue
        }
        this.#seen.set(sku, answer.generation)
        if (answer.outcome === 'admitted') return { ...entry, generation: answer.generation }
        throw new CommerceError('OUT_OF_STOCK', { details: { sku, requested: quantity, available: answer.left } })
      }
    } catch (error) {
      if (!isCommerceError(error, 'DEPENDENCY_UNAVAILABLE')) throw error
      this.#parts.logger.debug({ sku, reason: error.details.reason }, 'admission is away: the database decides')
    }
    return undefined
  }

  /** Counts what the database has, without what this caller is about to take of it. */
  async #look(gate: Admission, entry: Entry, token: string): Promise<Ticket | undefined> {
    const { storage, clock } = this.#parts
    const { sku, quantity, holder } = entry
    const levels = await storage.snapshot(clock.now(), (snapshot) => snapshot.stock.levels({ skus: [sku] }), { fresh: true })
    const units = levels.reduce((sum, level) => sum + Math.max(0, available(level)), 0)
    const filled = await gate.fill({ sku, token, holder, left: Math.max(0, units - quantity) })
    if (filled === 'lost') return undefined
    this.#seen.set(sku, filled.generation)
    return { ...entry, generation: filled.generation }
  }

  /** What was taken and not bought goes back; of what the database was short, it has said how much there is. */
  async #correct(tickets: readonly Ticket[], error: unknown): Promise<void> {
    const gate = this.#options?.gate
    for (const { sku, quantity, holder, generation } of tickets) {
      const short = isCommerceError(error, 'OUT_OF_STOCK') && error.details.sku === sku ? error.details.available : undefined
      const change = short === undefined ? { back: quantity } : { left: short }
      // Counts that are too low for want of this are too low until they are too old.
      await gate?.correct({ sku, holder, generation, ...change }).catch(() => undefined)
    }
  }
}
