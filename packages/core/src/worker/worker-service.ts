import type { ActorRecord } from '../actor.ts'
import type { CartCopier } from '../cart/cart-copier.ts'
import type { Context } from '../context.ts'
import { isCommerceError } from '../errors.ts'
import type { EventService } from '../events/event-service.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { closeOrder } from '../orders/close-order.ts'
import { parseInput } from '../parse-input.ts'
import { checkPayment } from '../payments/check-payment.ts'
import type { Payment } from '../payments/payment.ts'
import { sendRefund } from '../payments/send-refund.ts'
import type { SearchFeed } from '../search/search-feed.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { type RunOnceInput, runOnceInput, type WorkerJob, workerJobs } from './worker-input.ts'

/** How much a job did, and how much of it failed and stays due. */
export interface JobReport {
  readonly done: number
  readonly failed: number
}

const system: ActorRecord = { type: 'system', id: null }
const batchSize = 100
/** How long a row that a job has taken stays out of the hands of other workers. More than the provider calls made for one batch row take. */
const leaseMs = 60_000

/** Finishes what was cut off, gives back what was not paid, sends what is queued. Any number of workers may run at once. */
export class WorkerService {
  readonly #context: Context
  readonly #events: EventService
  readonly #feed: SearchFeed
  readonly #copier: CartCopier

  constructor(context: Context, events: EventService, feed: SearchFeed, copier: CartCopier) {
    this.#context = context
    this.#events = events
    this.#feed = feed
    this.#copier = copier
  }

  /**
   * Does all that is due now, then returns.
   * - `completer`: payments whose outcome is open are read at the provider and booked; those never started are started.
   * - `refunds`: queued refunds are sent.
   * - `expiry`: unpaid orders and forgotten holds whose time is up give their stock back.
   * - `relay`: domain events are delivered to this process's subscribers.
   * - `search`: a search index outside this process gets what has changed; `done` counts products.
   * - `carts`: carts that changed in a live store outside the database are copied to it.
   * - `sweep`: expired carts, quotes, keys and delivered events are put away.
   *
   * One failing row is logged and left for the next run; the others are done. Rejects only when the database fails.
   *
   * @param params - `jobs` defaults to all.
   */
  async runOnce(params: RunOnceInput = {}): Promise<Readonly<Partial<Record<WorkerJob, JobReport>>>> {
    const { jobs = workerJobs } = parseInput(runOnceInput, params)
    const report: Partial<Record<WorkerJob, JobReport>> = {}
    for (const job of workerJobs.filter((name) => jobs.includes(name))) report[job] = await this.#run(job)
    return report
  }

  #run(job: WorkerJob): Promise<JobReport> {
    switch (job) {
      case 'completer':
        return this.#complete()
      case 'refunds':
        return this.#refund()
      case 'expiry':
        return this.#expire()
      case 'relay':
        return this.#events.relay().then((done) => ({ done, failed: 0 }))
      case 'search':
        return this.#feed.follow()
      case 'carts':
        return this.#copyCarts()
      case 'sweep':
        return this.#sweep()
    }
  }

  async #complete(): Promise<JobReport> {
    const report = await this.#drain(
      (tx) => tx.payments.claimDue({ limit: batchSize, leaseUntil: addMs(tx.now, leaseMs) }),
      ({ id }) => id,
      (payment) => this.#completeOne(payment),
    )
    await this.#write((tx) => tx.idempotency.finishAbandoned({ limit: 1_000 }))
    return report
  }

  async #completeOne(payment: Payment): Promise<void> {
    const order = await this.#read((snapshot) => snapshot.orders.find({ key: { id: payment.orderId }, owner: { type: 'any' } }))
    if (order !== undefined) await checkPayment(this.#context, payment, order)
  }

  #refund(): Promise<JobReport> {
    return this.#drain(
      (tx) => tx.payments.claimDueRefunds({ limit: batchSize, leaseUntil: addMs(tx.now, leaseMs) }),
      ({ id }) => id,
      async (refund) => void (await sendRefund(this.#context, refund)),
    )
  }

  async #expire(): Promise<JobReport> {
    let taken = 0
    const orders = await this.#drain(
      async (tx) => {
        const due = await tx.orders.dueForExpiry({ limit: batchSize + taken })
        taken += batchSize
        return due
      },
      (orderId) => orderId,
      async (orderId) => void (await closeOrder(this.#context, { orderId, event: 'expire', confirmedToo: false, actor: system, reason: 'not paid in time' })),
    )
    const holds = await this.#write(async (tx) => {
      const { expired, changes } = await tx.stock.expireDue({ limit: 1_000 })
      await availabilityChanged(this.#context, tx, changes)
      return expired.length
    })
    return { done: orders.done + holds, failed: orders.failed }
  }

  /** A live store that is away is no failure of the database: its carts stay due. */
  async #copyCarts(): Promise<JobReport> {
    try {
      return await this.#copier.copy()
    } catch (error) {
      const code = isCommerceError(error) ? error.code : 'UNEXPECTED'
      this.#context.logger.warn({ code, error }, 'carts could not be copied to the database and stay due')
      return { done: 0, failed: 1 }
    }
  }

  async #sweep(): Promise<JobReport> {
    const limit = 1_000
    const { outboxRetentionMs, quoteTtlMs } = this.#context.timing
    const done = await this.#write(async (tx) => {
      const carts = await tx.carts.expireDue({ limit })
      const quotes = await tx.quotes.prune({ before: addMs(tx.now, -quoteTtlMs), limit })
      const keys = await tx.idempotency.prune({ limit })
      const events = await tx.outbox.prune({ before: addMs(tx.now, -outboxRetentionMs), limit })
      return carts + quotes + keys + events
    })
    return { done, failed: 0 }
  }

  /** Takes batch after batch until none is due that it has not had; a row that fails keeps its lease and is left for a later run. */
  async #drain<Row>(
    claim: (tx: StorageTransaction) => Promise<readonly Row[]>,
    idOf: (row: Row) => string,
    work: (row: Row) => Promise<void>,
  ): Promise<JobReport> {
    const seen = new Set<string>()
    let done = 0
    let failed = 0
    for (;;) {
      const rows = (await this.#write(claim)).filter((row) => !seen.has(idOf(row)))
      if (rows.length === 0) return { done, failed }
      for (const row of rows) {
        seen.add(idOf(row))
        try {
          await work(row)
          done += 1
        } catch (error) {
          failed += 1
          const code = isCommerceError(error) ? error.code : 'UNEXPECTED'
          this.#context.logger.warn({ code, error }, 'a job row failed and stays due')
        }
      }
    }
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }
}
