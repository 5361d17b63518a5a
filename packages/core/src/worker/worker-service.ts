import { expireAccounts } from '../accounts/expire-accounts.ts'
import type { ActorRecord } from '../actor.ts'
import type { CartCopier } from '../cart/cart-copier.ts'
import type { Context } from '../context.ts'
import { expireCredit } from '../credit/expire-credit.ts'
import { codeOf } from '../errors.ts'
import type { EventService } from '../events/event-service.ts'
import { claimEvents, type InboxWork } from '../inbox/claim-events.ts'
import { processEvents } from '../inbox/process-event.ts'
import { availabilityChanged } from '../inventory/stock-events.ts'
import { closeOrder } from '../orders/close-order.ts'
import { parseInput } from '../parse-input.ts'
import { completePayment } from '../payments/check-payment.ts'
import type { Payment } from '../payments/payment.ts'
import { readOn, reconcilerRows } from '../payments/reconcile-provider.ts'
import { sendRefund } from '../payments/send-refund.ts'
import { measureRound } from '../runtime/telemetry.ts'
import type { SearchFeed } from '../search/search-feed.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { type DrainOptions, drain } from './drain.ts'
import { LagWatch } from './lag-watch.ts'
import type { WorkFailure } from './work-failure.ts'
import {
  type FailuresInput,
  failuresInput,
  type JobReport,
  type LagInput,
  lagInput,
  type RetryInput,
  type RunOnceInput,
  retryInput,
  runOnceInput,
  startInput,
  type WorkerJob,
  type WorkerStartInput,
  workerJobs,
} from './worker-input.ts'
import { readLag, type WorkerLag } from './worker-lag.ts'
import { defaultPausesMs, type RunningWorker, startLoops } from './worker-loop.ts'

const system: ActorRecord = { type: 'system', id: null }
/** How long a row that a job has taken stays out of the hands of other workers. More than the provider calls made for one batch row take. */
const leaseMs = 60_000
/** How long a failure that nobody has tried again is remembered. */
const failureRetentionMs = 24 * 3_600_000

/** Finishes what was cut off, gives back what was not paid, sends what is queued. Any number of workers may run at once. */
export class WorkerService {
  readonly #context: Context
  readonly #events: EventService
  readonly #feed: SearchFeed
  readonly #copier: CartCopier
  readonly #running = new Set<RunningWorker>()

  constructor(context: Context, events: EventService, feed: SearchFeed, copier: CartCopier) {
    this.#context = context
    this.#events = events
    this.#feed = feed
    this.#copier = copier
  }

  /**
   * Does all that is due now, then returns.
   * - `reconciler`: events that payment providers list and never sent are put into the inbox, and payments whose money is not what is booked here.
   * - `inbox`: what payment providers have sent is acted on: its subject is read at the provider and booked.
   * - `completer`: payments whose outcome is open are read at the provider and booked; those never started are started.
   * - `refunds`: queued refunds are sent.
   * - `expiry`: unpaid orders and forgotten holds whose time is up give their stock back.
   * - `relay`: domain events are delivered to this process's subscribers.
   * - `search`: a search index outside this process gets what has changed; `done` counts products.
   * - `carts`: carts that changed in a live store outside the database are copied to it.
   * - `sweep`: expired carts, quotes and keys, delivered events and those of providers that are done with, are put away, and so are sessions and tokens whose time is over, and
   * accounts that nobody has confirmed; what is left on expired gift cards is written off; what listings of categories are read by is written for products that lack it.
   *
   * A row that fails is logged, recorded and left for a later run, the first time for the next one, then after a pause that doubles, 5 minutes at most; the others
   * are done. What fails for a reason that does not pass by itself is parked after 20 attempts, about an hour: see `failures` and `retry`. Rejects only when the
   * database fails.
   *
   * @param params - `jobs` defaults to all; `concurrency` is how many rows of a job are worked on at once, default 4.
   */
  async runOnce(params: RunOnceInput = {}): Promise<Readonly<Partial<Record<WorkerJob, JobReport>>>> {
    const { jobs = workerJobs, concurrency } = parseInput(runOnceInput, params)
    const report: Partial<Record<WorkerJob, JobReport>> = {}
    for (const job of workerJobs.filter((name) => jobs.includes(name))) report[job] = await this.#run(job, { concurrency })
    return report
  }

  /**
   * Does what `runOnce` does, each job round after round by itself, until it is stopped. Where the database tells of new events (Postgres does), `relay` and `search`
   * begin at once. A round that fails as a whole, as when the database is down, is logged and tried again after a pause that grows to 30 s.
   *
   * Run as many as you like, in as many processes. One that is killed leaves the rows that it had taken to the others, after a minute at most.
   *
   * @param params - `jobs` defaults to all; `concurrency` as in `runOnce`; `pausesMs` is how long a job rests between two rounds, by job, by default 1 s for `inbox`, `relay`,
   * `search` and `carts`, 2 s for `completer` and `refunds`, 5 s for `expiry`, a minute for `sweep`, 5 minutes for `reconciler`; `onRound` hears what each round did.
   * @example
   * const worker = commerce.worker.start()
   * process.once('SIGTERM', () => void worker.stop().then(() => commerce.close()))
   */
  start(params: WorkerStartInput = {}): RunningWorker {
    const { jobs = workerJobs, concurrency, pausesMs, onRound = () => undefined } = parseInput(startInput, params)
    const allPausesMs = { ...defaultPausesMs, ...pausesMs }
    const watch = new LagWatch(this.#context, allPausesMs.reconciler)
    const running = startLoops({
      context: this.#context,
      jobs: workerJobs.filter((name) => jobs.includes(name)),
      pausesMs: allPausesMs,
      run: async (job, stopping) => {
        try {
          return await this.#run(job, { concurrency, stopping })
        } finally {
          await watch.look()
        }
      },
      onRound,
    })
    this.#running.add(running)
    void running.ended.then(() => {
      watch.end()
      this.#running.delete(running)
    })
    return running
  }

  /** Stops every worker that was started here. Waits for the rows that are being worked on. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running].map((running) => running.stop()))
  }

  /**
   * How far the workers are behind, wherever they run: for how long the oldest row of a job has been due, when the lists of payment providers were read, and how many
   * events each consumer has not had. A running worker shows the same in gauges, read anew every 15 s, while the host has registered an OpenTelemetry meter provider.
   *
   * @param params - `pausesMs.reconciler`, as the workers are started with, says when a list is due again. Default 5 minutes.
   */
  async lag(params: LagInput = {}): Promise<WorkerLag> {
    const { pausesMs } = parseInput(lagInput, params)
    return readLag(this.#context, { reconcilerPauseMs: pausesMs.reconciler ?? defaultPausesMs.reconciler })
  }

  /**
   * What jobs could not do: what is parked, and with `parked: false` what is still tried too. In the order in which it first failed.
   *
   * @param params - `job` is a job's name, or `relay:` and a consumer's; default all. `limit` defaults to 100; `after` is the last one of the page before.
   */
  async failures(params: FailuresInput = {}): Promise<readonly WorkFailure[]> {
    const { job, parked, limit, after } = parseInput(failuresInput, params)
    const query = { parked, limit, ...(job === undefined ? {} : { job }), ...(after === undefined ? {} : { after }) }
    return this.#read(({ workFailures }) => workFailures.list(query))
  }

  /** Lets parked work be tried again, as if it had never failed: the rows named, or all of the job. @returns how many. */
  async retry(params: RetryInput): Promise<number> {
    const { job, rowIds } = parseInput(retryInput, params)
    return this.#write((tx) => tx.workFailures.retry({ job, ...(rowIds === undefined ? {} : { rowIds }) }))
  }

  #run(job: WorkerJob, options: DrainOptions): Promise<JobReport> {
    return measureRound(job, () => this.#round(job, options))
  }

  #round(job: WorkerJob, options: DrainOptions): Promise<JobReport> {
    switch (job) {
      case 'reconciler':
        return this.#reconcile(options)
      case 'inbox':
        return this.#processEvents(options)
      case 'completer':
        return this.#complete(options)
      case 'refunds':
        return this.#refund(options)
      case 'expiry':
        return this.#expire(options)
      case 'relay':
        return this.#events.relay(options.stopping)
      case 'search':
        return this.#feed.follow()
      case 'carts':
        return this.#copyCarts()
      case 'sweep':
        return this.#sweep(options)
    }
  }

  async #reconcile(options: DrainOptions): Promise<JobReport> {
    let queued = 0
    const onNew = (count: number) => {
      queued += count
    }
    const { failed } = await drain(
      this.#context,
      {
        job: 'reconciler',
        claim: async () => reconcilerRows(this.#context),
        idOf: ({ provider, list }) => `${provider.name} ${list}`,
        work: (row) => readOn(this.#context, row, { onNew, stopping: options.stopping }),
      },
      options,
    )
    return { done: queued, failed }
  }

  async #processEvents(options: DrainOptions): Promise<JobReport> {
    let done = 0
    let unresolved = 0
    const { failed } = await drain<InboxWork>(
      this.#context,
      {
        job: 'inbox',
        claim: (tx, limit) => claimEvents(this.#context, tx, { limit, leaseUntil: addMs(tx.now, leaseMs) }),
        idOf: ({ events }) => events.map(({ provider, eventId }) => `${provider} ${eventId}`).join(', '),
        // The inbox keeps count of its own failures, in the rows of the events.
        work: async ({ events, isDone }) => {
          const { resolved, putOff } = isDone ? { resolved: events.length, putOff: 0 } : await processEvents(this.#context, events)
          done += resolved
          unresolved += putOff
        },
      },
      options,
    )
    return { done, failed: failed + unresolved }
  }

  async #complete(options: DrainOptions): Promise<JobReport> {
    const report = await drain<Payment>(
      this.#context,
      {
        job: 'completer',
        claim: (tx, limit) => tx.payments.claimDue({ limit, leaseUntil: addMs(tx.now, leaseMs) }),
        idOf: ({ id }) => id,
        work: (payment) => this.#completeOne(payment),
      },
      options,
    )
    await this.#write((tx) => tx.idempotency.finishAbandoned({ limit: 1_000 }))
    return report
  }

  async #completeOne(payment: Payment): Promise<void> {
    const order = await this.#read((snapshot) => snapshot.orders.find({ key: { id: payment.orderId }, owner: { type: 'any' } }))
    if (order !== undefined) await completePayment(this.#context, payment, order)
  }

  #refund(options: DrainOptions): Promise<JobReport> {
    return drain(
      this.#context,
      {
        job: 'refunds',
        claim: (tx, limit) => tx.payments.claimDueRefunds({ limit, leaseUntil: addMs(tx.now, leaseMs) }),
        idOf: ({ id }) => id,
        work: async (refund) => void (await sendRefund(this.#context, refund)),
      },
      options,
    )
  }

  async #expire(options: DrainOptions): Promise<JobReport> {
    let taken = 0
    const orders = await drain(
      this.#context,
      {
        job: 'expiry',
        claim: async (tx, limit) => {
          const due = await tx.orders.dueForExpiry({ limit: limit + taken })
          taken = Math.max(taken, due.length)
          return due
        },
        idOf: (orderId) => orderId,
        work: async (orderId) =>
          void (await closeOrder(this.#context, { orderId, event: 'expire', confirmedToo: false, actor: system, reason: 'not paid in time' })),
      },
      options,
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
      const code = codeOf(error)
      this.#context.logger.warn({ code, error }, 'carts could not be copied to the database and stay due')
      return { done: 0, failed: 1 }
    }
  }

  async #sweep({ stopping }: DrainOptions): Promise<JobReport> {
    const limit = 1_000
    const { outboxRetentionMs, inboxRetentionMs, quoteTtlMs } = this.#context.timing
    const done = await this.#write(async (tx) => {
      const carts = (await tx.carts.expireDue({ limit })) + (await tx.carts.pruneHolds())
      const quotes = await tx.quotes.prune({ before: addMs(tx.now, -quoteTtlMs), limit })
      const keys = await tx.idempotency.prune({ limit })
      const events = await tx.outbox.prune({ before: addMs(tx.now, -outboxRetentionMs), limit })
      await tx.workFailures.prune({ before: addMs(tx.now, -failureRetentionMs), limit })
      const webhooks = await tx.inbox.prune({ before: addMs(tx.now, -inboxRetentionMs), limit })
      return carts + quotes + keys + events + webhooks
    })
    const credits = await this.#write((tx) => expireCredit(this.#context, tx))
    const accounts = await expireAccounts(this.#context, limit)
    return { done: done + credits + accounts + (await this.#listAnew(stopping)), failed: 0 }
  }

  /** All that is to be listed anew, however much: that is every product of a shop once, and then none. */
  async #listAnew(stopping: AbortSignal | undefined): Promise<number> {
    let done = 0
    for (;;) {
      const listed = await this.#write((tx) => tx.catalog.listAnew({ limit: 500 }))
      done += listed
      if (listed === 0 || stopping?.aborted === true) return done
    }
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }
}
