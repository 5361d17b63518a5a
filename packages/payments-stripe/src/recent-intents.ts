import type { PaymentId } from '@cartwright/core/ports'
import { paymentIdIn } from './metadata.ts'
import type { StripeIntent } from './stripe-objects.ts'
import { everything, type ListRequest } from './stripe-pages.ts'

/** So much of the newest past is read again each time: what Stripe dates in one second may be listed in the next ones. */
const overlapMs = 60_000

/**
 * Which young PaymentIntents are ours, read from Stripe's list. An intent's metadata is set when it is made, so what has been read once is remembered, and a look reads
 * only what is newer: after an outage thousands of payments are looked for, and each of them would read the same pages.
 */
export class RecentIntents {
  /** How far back intents are remembered. */
  readonly #keepMs: number
  /** The intents of each payment by id, and when they were made by Stripe's clock. */
  readonly #known = new Map<PaymentId, Map<string, number>>()
  /** From here on all that has been listed is known; undefined before the first reading. */
  #knownFromMs: number | undefined
  #newestMs = Number.NEGATIVE_INFINITY
  /** The looks so far, and how many of them had come when the last finished reading began. */
  #looks = 0
  #answered = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(keepMs: number) {
    this.#keepMs = keepMs
  }

  /**
   * The ids of this payment's intents that were made since `fromMs`, as listed when this was called or later. Looks that come while another reads share the next reading.
   *
   * @param list - reads a page; if it throws, so does this look, and the next one reads anew.
   */
  async idsOf(paymentId: PaymentId, fromMs: number, list: ListRequest<StripeIntent>): Promise<readonly string[]> {
    this.#looks += 1
    const look = this.#looks
    await this.#inTurn(async () => {
      if (this.#answered < look || this.#knownFromMs === undefined || this.#knownFromMs > fromMs) await this.#read(fromMs, list)
    })
    return [...(this.#known.get(paymentId) ?? [])].flatMap(([id, createdMs]) => (createdMs >= fromMs ? [id] : []))
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    await mine
  }

  /** Nothing is remembered of a reading that fails on its way: it would leave a gap. */
  async #read(fromMs: number, list: ListRequest<StripeIntent>): Promise<void> {
    const looks = this.#looks
    this.#forget()
    const newerMs = this.#newestMs - overlapMs
    const isKnown = this.#knownFromMs !== undefined && this.#knownFromMs <= fromMs && fromMs <= newerMs
    const sinceMs = isKnown ? newerMs : fromMs
    const found: StripeIntent[] = []
    for await (const intent of everything(list, { gte: Math.floor(sinceMs / 1000) })) found.push(intent)
    for (const intent of found) this.#note(intent)
    this.#answered = looks
    if (!isKnown) this.#knownFromMs = fromMs
  }

  #note({ id, created, metadata }: StripeIntent): void {
    const createdMs = created * 1000
    this.#newestMs = Math.max(this.#newestMs, createdMs)
    const paymentId = paymentIdIn(metadata)
    if (paymentId === null) return
    const intents = this.#known.get(paymentId) ?? new Map<string, number>()
    this.#known.set(paymentId, intents.set(id, createdMs))
  }

  /** Not at every reading: it goes through all that is remembered. */
  #forget(): void {
    const beforeMs = this.#newestMs - this.#keepMs
    if (this.#knownFromMs === undefined || beforeMs < this.#knownFromMs + overlapMs) return
    for (const [paymentId, intents] of this.#known) if ([...intents.values()].every((createdMs) => createdMs < beforeMs)) this.#known.delete(paymentId)
    this.#knownFromMs = beforeMs
  }
}
