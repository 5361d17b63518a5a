import { hash } from 'node:crypto'
import { type Commerce, CommerceError, type Storage } from '@cartwright/core'
import { staff } from '../staff.ts'
import { makeProduct } from './make-product.ts'
import { type AgendaItem, orderAgenda } from './order-agenda.ts'
import { beginMark, finishMark, moveMark, readMark, requireMark, type SeedProgress } from './seed-mark.ts'
import type { SeedPlan } from './seed-plan.ts'
import { SeedShop } from './seed-shop.ts'

/** What a run came to. */
export interface SeedOutcome {
  readonly progress: SeedProgress
  /** What there is now. */
  readonly made: SeedCount
  /** Whether an earlier run had made a part of it, or all. */
  readonly resumed: boolean
  /** False when it was stopped. */
  readonly finished: boolean
}

/** What a shop has already. */
export interface SeedCount {
  readonly products: number
  readonly orders: number
}

interface RunParams {
  readonly commerce: Pick<Commerce, 'catalog' | 'orders' | 'storage'>
  readonly plan: SeedPlan
  /** Called after each batch. */
  readonly onProgress?: (made: SeedCount) => void
  /** Asked after each batch: true ends the run, and the same plan goes on from there. */
  readonly isStopped?: () => boolean
}

const productsInBatch = 1_000
/** Few enough that other processes get to write within a second. */
const stepsInBatch = 64

/**
 * Makes the shop of a plan, or goes on with it. Each batch is one commit together with the record of how far it came, so a run that is cut off anywhere leaves whole
 * batches, and the next one makes exactly what is missing.
 *
 * @throws INVALID_INPUT when the database has other content, or its storage cannot commit transactions together; CONFLICT when another process seeds it too
 */
export async function runSeed(params: RunParams): Promise<SeedOutcome> {
  const { plan, commerce } = params
  const mark = await readMark(commerce.storage, plan)
  if (mark?.finished) return { progress: mark.progress, made: plan.parameters, resumed: true, finished: true }
  if (mark === undefined) await requireEmpty(commerce)
  const run = new SeedRun(params, mark?.progress ?? nothingYet(plan))
  if (mark === undefined) await beginMark(commerce.storage, plan, run.progress)
  const finished = (await run.makeProducts()) && (await run.makeOrders())
  if (finished) await finishMark(commerce.storage, plan, run.progress)
  return { progress: run.progress, made: run.made, resumed: mark !== undefined, finished }
}

function nothingYet({ parameters, fingerprint }: SeedPlan): SeedProgress {
  const { products, customers, orders, seed } = parameters
  return { products, variants: 0, customers, orders, seed, productBatches: 0, steps: 0, digest: fingerprint }
}

async function requireEmpty({ catalog, orders }: RunParams['commerce']): Promise<void> {
  const products = await catalog.list({ filter: { status: 'any' }, limit: 1 })
  const placed = await orders.list({ actor: staff, limit: 1 })
  if (products.items.length + placed.items.length === 0) return
  const message = 'This database has products or orders that no seed made, and would be mixed up with them. Name a new database with --db'
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'db', message }] } })
}

class SeedRun {
  readonly #params: RunParams
  /** Orders under way: their indexes and ids. */
  readonly #open = new Map<number, string | undefined>()
  #progress: SeedProgress
  #placed = 0

  constructor(params: RunParams, progress: SeedProgress) {
    this.#params = params
    this.#progress = progress
  }

  get progress(): SeedProgress {
    return this.#progress
  }

  get made(): SeedCount {
    return { products: Math.min(this.#params.plan.parameters.products, this.#progress.productBatches * productsInBatch), orders: this.#placed }
  }

  /** @returns false when it was stopped. */
  async makeProducts(): Promise<boolean> {
    const { plan } = this.#params
    const { products } = plan.parameters
    const batches = Math.ceil(products / productsInBatch)
    while (this.#progress.productBatches < batches) {
      const batch = this.#progress.productBatches
      const from = batch * productsInBatch
      const records = Array.from({ length: Math.min(productsInBatch, products - from) }, (_, place) => makeProduct(plan, from + place).record)
      await this.#inOneCommit(async (shop) => {
        const results = await shop.importProducts(batch, this.#importedAt(batch, batches), records)
        const variants = records.reduce((sum, record) => sum + record.variants.length, 0)
        const before = this.#progress
        return { ...before, productBatches: batch + 1, variants: before.variants + variants, digest: chained(before.digest, [records, results]) }
      })
      if (this.#pause()) return false
    }
    return true
  }

  /** Over the month before the first order. */
  #importedAt(batch: number, batches: number): Date {
    const monthMs = 30 * 24 * 3_600_000
    return new Date(this.#params.plan.opensAt.getTime() - monthMs + Math.floor((monthMs * batch) / batches))
  }

  /** @returns false when it was stopped. */
  async makeOrders(): Promise<boolean> {
    const agenda = orderAgenda(this.#params.plan)
    this.#skipDone(agenda)
    await this.#findOpenOrders()
    for (;;) {
      const items = take(agenda, stepsInBatch)
      if (items.length === 0) return true
      await this.#inOneCommit(async (shop) => {
        let { digest } = this.#progress
        for (const item of items) digest = chained(digest, await this.#perform(shop, item))
        return { ...this.#progress, steps: this.#progress.steps + items.length, digest }
      })
      if (this.#pause()) return false
    }
  }

  async #perform(shop: SeedShop, item: AgendaItem): Promise<unknown> {
    const { facts, orderId } = await shop.perform(item, this.#open.get(item.order))
    this.#follow(item, orderId)
    return facts
  }

  /** Keeps the orders that have a step before them. */
  #follow({ kind, order, isLast }: AgendaItem, orderId: string | undefined): void {
    if (kind === 'place') {
      this.#placed += 1
      this.#open.set(order, orderId)
    }
    if (isLast) this.#open.delete(order)
  }

  #skipDone(agenda: Generator<AgendaItem>): void {
    let left = this.#progress.steps
    while (left > 0) {
      for (const item of take(agenda, Math.min(left, stepsInBatch))) this.#follow(item, undefined)
      left -= Math.min(left, stepsInBatch)
    }
  }

  /** Reads the ids of the orders under way: they are among the newest ones, and orders are placed in the order of their indexes. */
  async #findOpenOrders(): Promise<void> {
    const { orders } = this.#params.commerce
    let index = this.#placed
    let missing = this.#open.size
    let after: string | undefined
    while (missing > 0) {
      const page = await orders.list({ actor: staff, limit: 100, ...(after === undefined ? {} : { after }) })
      for (const { id } of page.items) {
        index -= 1
        if (!this.#open.has(index)) continue
        this.#open.set(index, id)
        missing -= 1
      }
      if (page.next === null) return
      after = page.next
    }
  }

  async #inOneCommit(work: (shop: SeedShop) => Promise<SeedProgress>): Promise<void> {
    const { plan, commerce } = this.#params
    this.#progress = await joinable(commerce.storage)(async (storage) => {
      await requireMark(storage, plan, this.#progress)
      const after = await work(await SeedShop.open(plan, storage))
      await moveMark(storage, plan, after)
      return after
    })
  }

  #pause(): boolean {
    const { onProgress, isStopped } = this.#params
    onProgress?.(this.made)
    return isStopped?.() ?? false
  }
}

function joinable(storage: Storage): NonNullable<Storage['together']> {
  if (storage.together !== undefined) return (work) => (storage.together as NonNullable<Storage['together']>)(work)
  const message = `The storage "${storage.name}" cannot commit several transactions together, which seeding needs. Name a database with --db`
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'storage', message }] } })
}

function take<T>(items: Iterator<T>, count: number): readonly T[] {
  const taken: T[] = []
  while (taken.length < count) {
    const { done, value } = items.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

/** Each batch is digested together with the digest of all before it, so that a run can go on from the last one alone. */
function chained(digest: string, facts: unknown): string {
  return hash('sha256', `${digest}\n${JSON.stringify(facts)}`)
}
