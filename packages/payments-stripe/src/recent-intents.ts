import type { PaymentId } from '@cartwright/core/ports'
import { paymentIdIn } from './metadata.ts'
import type { StripeIntent } from './stripe-objects.ts'
import { type ListRequest, pageSize } from './stripe-pages.ts'

/** So much of the newest past is read again each time: what Stripe dates in one second may be listed in the next ones. */
const overlapMs = 60_000

/** A time of which not all intents have been read yet. */
interface Gap {
  readonly fromMs: number
  /** Moves down with every page that is read. */
  toMs: number
  /** The oldest intent that has been read of it. */
  after?: string
}

/**
 * Which young PaymentIntents are ours, read from Stripe's list. An intent's metadata is set when it is made, so what has been read once is remembered, and a look reads
 * only what is missing: after an outage thousands of payments are looked for, and each of them would read the same pages. A look that fails half-way, or is called off,
 * keeps its pages, and the next one goes on behind them: a list that is too long for one deadline is read all the same.
 */
export class RecentIntents {
  /** How far back intents are remembered. */
  readonly #keepMs: number
  /** The intents of each payment by id, and when they were made by Stripe's clock. */
  readonly #known = new Map<PaymentId, Map<string, number>>()
  /** From here on all that has been listed is known, but for the gaps; undefined before the first reading. */
  #knownFromMs: number | undefined
  #gaps: Gap[] = []
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
   * @param list - reads a page; if it throws, so does this look, and the next one goes on from there.
   */
  async idsOf(paymentId: PaymentId, fromMs: number, list: ListRequest<StripeIntent>): Promise<readonly string[]> {
    this.#looks += 1
    const look = this.#looks
    await this.#inTurn(async () => {
      if (this.#answered < look || !this.#knowsSince(fromMs)) await this.#read(fromMs, list)
    })
    return [...(this.#known.get(paymentId) ?? [])].flatMap(([id, createdMs]) => (createdMs >= fromMs ? [id] : []))
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    await mine
  }

  #knowsSince(fromMs: number): boolean {
    return this.#knownFromMs !== undefined && this.#knownFromMs <= fromMs && this.#gapsSince(fromMs).length === 0
  }

  #gapsSince(fromMs: number): readonly Gap[] {
    return this.#gaps.filter(({ toMs }) => toMs >= fromMs)
  }

  async #read(fromMs: number, list: ListRequest<StripeIntent>): Promise<void> {
    const looks = this.#looks
    this.#forget()
    this.#openGaps(fromMs)
    for (const gap of this.#gapsSince(fromMs)) await this.#fill(gap, list)
    this.#answered = looks
  }

  /** What must be read for a look: all that is new, and what is older than all that was ever asked for. */
  #openGaps(fromMs: number): void {
    const newerMs = this.#newestMs - overlapMs
    if (this.#knownFromMs === undefined || fromMs > newerMs) {
      this.#gaps = [{ fromMs, toMs: Number.POSITIVE_INFINITY }]
      this.#knownFromMs = fromMs
      return
    }
    // One of which nothing could be read begins no later.
    if (!this.#gaps.some(({ toMs }) => toMs === Number.POSITIVE_INFINITY)) this.#gaps.push({ fromMs: newerMs, toMs: Number.POSITIVE_INFINITY })
    if (fromMs >= this.#knownFromMs) return
    this.#gaps.push({ fromMs, toMs: this.#knownFromMs })
    this.#knownFromMs = fromMs
  }

  async #fill(gap: Gap, list: ListRequest<StripeIntent>): Promise<void> {
    const until = gap.toMs === Number.POSITIVE_INFINITY ? {} : { lte: Math.ceil(gap.toMs / 1000) }
    const created = { gte: Math.floor(gap.fromMs / 1000), ...until }
    for (;;) {
      const { data, has_more } = await list({ limit: pageSize, created, ...(gap.after === undefined ? {} : { starting_after: gap.after }) })
      for (const intent of data) this.#note(intent)
      const oldest = data.at(-1)
      if (!has_more || oldest === undefined) break
      gap.toMs = oldest.created * 1000
      gap.after = oldest.id
    }
    this.#gaps = this.#gaps.filter((other) => other !== gap)
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
    this.#gaps = [...this.#gapsSince(beforeMs)]
    this.#knownFromMs = beforeMs
  }
}
