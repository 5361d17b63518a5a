import { CommerceError, type Storage } from '@cartwright/core'
import type { SeedPlan } from './seed-plan.ts'

/** How far a seeded shop has come. */
export interface SeedProgress {
  readonly products: number
  readonly variants: number
  readonly customers: number
  readonly orders: number
  readonly seed: number
  /** Batches of products written. */
  readonly productBatches: number
  /** Steps of the agenda done. */
  readonly steps: number
  /** Of everything made so far. */
  readonly digest: string
}

export interface SeedMark {
  readonly progress: SeedProgress
  readonly finished: boolean
}

/**
 * The record of a seeded shop is the idempotency key of the one operation that makes it: its fingerprint tells whether a run goes on with the same shop, and it
 * is written in the transaction of each batch, so it never says more or less than there is.
 */
const key = { scope: 'system', operation: 'cartwright.seed', key: 'shop' } as const
/** A mark is never forgotten, and an unfinished one belongs to nobody else: the worker leaves it alone, the audit finds it in order. */
const never = new Date('9999-12-31T00:00:00Z')
const firstFence = 1

/** Reads the mark of this plan. @throws INVALID_INPUT when the database was seeded otherwise */
export async function readMark(storage: Storage, plan: SeedPlan): Promise<SeedMark | undefined> {
  const record = await storage.snapshot(nowOf(plan), (snapshot) => snapshot.idempotency.find(key), { fresh: true })
  if (record === undefined) return undefined
  const progress = record.result as SeedProgress
  if (record.fingerprint !== plan.fingerprint) throw seededOtherwise(progress)
  return { progress, finished: record.state === 'finished' }
}

/** Begins the record. */
export async function beginMark(storage: Storage, plan: SeedPlan, progress: SeedProgress): Promise<void> {
  await storage.transaction(nowOf(plan), async (tx) => {
    const claim = await tx.idempotency.claim({ ...key, fingerprint: plan.fingerprint, lockedUntil: never, expiresAt: never })
    if (claim.outcome !== 'claimed') throw overtaken()
    await tx.idempotency.progress({ ...key, fence: claim.fence, step: 'products', result: progress })
  })
}

/** Makes sure, at the beginning of a batch, that nobody else has gone on meanwhile. @throws CONFLICT when another process seeds the same database */
export async function requireMark(storage: Storage, plan: SeedPlan, progress: SeedProgress): Promise<void> {
  const record = await storage.snapshot(nowOf(plan), (snapshot) => snapshot.idempotency.find(key), { fresh: true })
  const stored = record?.result as SeedProgress | undefined
  if (record?.state !== 'in_progress' || stored?.digest !== progress.digest) throw overtaken()
}

/** Writes how far the batch came. */
export async function moveMark(storage: Storage, plan: SeedPlan, progress: SeedProgress): Promise<void> {
  const step = progress.steps > 0 ? 'orders' : 'products'
  await storage.transaction(nowOf(plan), (tx) => tx.idempotency.progress({ ...key, fence: firstFence, step, result: progress }))
}

/** Ends the record. */
export async function finishMark(storage: Storage, plan: SeedPlan, progress: SeedProgress): Promise<void> {
  await storage.transaction(nowOf(plan), (tx) => tx.idempotency.finish({ ...key, fence: firstFence, result: progress }))
}

function nowOf(plan: SeedPlan) {
  return { source: 'value', at: plan.parameters.until } as const
}

function overtaken(): CommerceError<'CONFLICT'> {
  return new CommerceError('CONFLICT', { details: { object: 'seed' }, message: 'Another process is seeding this database' })
}

function seededOtherwise({ products, customers, orders, seed }: SeedProgress): CommerceError<'INVALID_INPUT'> {
  const made = `--products ${products} --customers ${customers} --orders ${orders} --seed ${seed}`
  const message = `This database was seeded otherwise: with ${made}, or with another --until, --shapes or currency. Repeat that command, or name a new database with --db`
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'db', message }] } })
}
