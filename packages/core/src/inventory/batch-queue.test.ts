import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { manualClock } from '@cartwright/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CommerceError } from '../errors.ts'
import type { LocationId, ReservationId } from '../ids.ts'
import { uuidV7Source } from '../ids.ts'
import { systemTimers, type Timers } from '../runtime/timers.ts'
import type { Storage, StorageTransaction } from '../storage/storage.ts'
import { addMs } from '../time.ts'
import { BatchQueue } from './batch-queue.ts'
import type { BatchLimits } from './reservation-strategy.ts'

const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
const ids = uuidV7Source()
let storage: Storage
let transactions: number

beforeEach(async () => {
  const real = sqliteStorage({ file: ':memory:' })
  await real.migrations.up()
  transactions = 0
  storage = {
    name: real.name,
    migratesOnStart: real.migratesOnStart,
    migrations: real.migrations,
    transaction: (now, work) => {
      transactions += 1
      return real.transaction(now, work)
    },
    snapshot: (now, work, options) => real.snapshot(now, work, options),
    refuseNested: () => real.refuseNested(),
    diagnose: () => real.diagnose(),
    close: () => real.close(),
  }
  await real.transaction(clock.now(), async (tx) => {
    const { id } = await tx.stock.ensureLocation({ id: ids.next<LocationId>(), code: 'main', name: 'Main', priority: 0, active: true })
    const entry = { entryId: ids.next<never>(), sku: 'MUG', locationId: id, reason: 'received', note: null, shortfall: 'refuse' } as const
    await tx.stock.adjust({ ...entry, change: { to: 10 } })
  })
})

afterEach(() => storage.close())

function queue(limits: Partial<BatchLimits> = {}, timers: Timers = systemTimers): BatchQueue {
  return new BatchQueue({ storage, clock, timers, limits: { maxSize: 64, windowMs: 0, deadlineMs: 10_000, ...limits } })
}

const takeOne = async (tx: StorageTransaction): Promise<string> => {
  const claims = [{ sku: 'MUG', quantity: 1 }]
  const holder = { type: 'external', id: 'test' } as const
  return (await tx.stock.reserve({ reservationId: ids.next<ReservationId>(), holder, claims, expiresAt: addMs(tx.now, 60_000) })).outcome
}

async function reserved(): Promise<number> {
  const [level] = await storage.snapshot(clock.now(), (snapshot) => snapshot.stock.levels({ skus: ['MUG'] }))
  return level?.reserved ?? -1
}

describe('a batch', () => {
  test('serves those who come together in one transaction, each with its own outcome', async () => {
    const batches = queue()
    const outcomes = await Promise.all(Array.from({ length: 14 }, (_, index) => batches.run([`cart-${index}`], takeOne)))
    expect(outcomes.filter((outcome) => outcome === 'held')).toHaveLength(10)
    expect(outcomes.filter((outcome) => outcome === 'insufficient')).toHaveLength(4)
    expect(transactions).toBe(1)
    expect(await reserved()).toBe(10)
  })

  test('is no larger than its limit', async () => {
    const batches = queue({ maxSize: 4 })
    await Promise.all(Array.from({ length: 10 }, (_, index) => batches.run([`cart-${index}`], takeOne)))
    expect(transactions).toBe(3)
    expect(await reserved()).toBe(10)
  })

  test('never holds two members about the same thing: the second sees what the first has committed', async () => {
    const batches = queue()
    const seen = await Promise.all(
      [1, 2, 3].map(() =>
        batches.run(['one cart'], async (tx) => {
          await takeOne(tx)
          return (await tx.stock.levels({ skus: ['MUG'] }))[0]?.reserved
        }),
      ),
    )
    expect(seen).toEqual([1, 2, 3])
    expect(transactions).toBe(3)
  })

  test('nor two that have one of several things in common', async () => {
    const batches = queue()
    const subjects = [
      ['cart-1', 'ada'],
      ['cart-2', 'ada'],
      ['cart-3', 'ben'],
    ]
    expect(await Promise.all(subjects.map((about) => batches.run(about, takeOne)))).toEqual(['held', 'held', 'held'])
    expect(transactions).toBe(2)
  })

  test('waits for company no longer than its window, and not at all once it is full', async () => {
    const naps: number[] = []
    let nowMs = 0
    const timers: Timers = {
      nowMs: () => nowMs,
      sleep: async (ms) => {
        if (ms > 0) naps.push(ms)
        nowMs += ms
        await systemTimers.sleep(0)
      },
    }
    const batches = queue({ windowMs: 5, maxSize: 2 }, timers)
    await batches.run(['cart-0'], takeOne)
    expect(naps).toEqual([5])
    await Promise.all([batches.run(['cart-1'], takeOne), batches.run(['cart-2'], takeOne), batches.run(['cart-3'], takeOne)])
    // The first of the pair was alone when it came, so it waited; the one left over has waited long enough by then.
    expect(naps).toEqual([5, 5])
  })

  test('turns away whoever has waited past the deadline, with nothing written', async () => {
    let nowMs = 0
    const batches = queue({ maxSize: 1, deadlineMs: 100 }, { ...systemTimers, nowMs: () => nowMs })
    const first = batches.run(['cart-0'], async (tx) => {
      const outcome = await takeOne(tx)
      nowMs = 101
      return outcome
    })
    const second = batches.run(['cart-1'], takeOne)
    await expect(first).resolves.toBe('held')
    await expect(second).rejects.toMatchObject({ code: 'STORAGE_BUSY', retryable: true })
    expect(await reserved()).toBe(1)
    expect(await batches.run(['cart-2'], takeOne)).toBe('held')
  })
})

describe('a member that fails', () => {
  test('fails alone: the others keep their outcomes, and nothing of its own is left', async () => {
    const batches = queue()
    const poison = async (tx: StorageTransaction) => {
      await takeOne(tx)
      throw new Error('poison')
    }
    const ends = await Promise.allSettled([
      batches.run(['cart-0'], takeOne),
      batches.run(['cart-1'], poison),
      batches.run(['cart-2'], takeOne),
      batches.run(['cart-3'], takeOne),
    ])
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(ends[1]).toMatchObject({ reason: { message: 'poison' } })
    expect(await reserved()).toBe(3)
    // Together, together without the poisoned one, and that one alone.
    expect(transactions).toBe(3)
  })

  test('that failed only because of the others succeeds by itself', async () => {
    const batches = queue()
    let crowd = 0
    const shy = async (tx: StorageTransaction) => {
      crowd += 1
      await takeOne(tx)
      const alone = crowd === 1
      crowd -= 1
      if (!alone) throw new Error('too many here')
      return 'done'
    }
    expect(await Promise.all([batches.run(['cart-0'], shy), batches.run(['cart-1'], shy)])).toEqual(['done', 'done'])
    expect(await reserved()).toBe(2)
  })

  test('again and again leaves each of the others its own transaction', async () => {
    const batches = queue()
    const runs = new Map<string, number>()
    const failingAtFirst = (name: string) => async (tx: StorageTransaction) => {
      const run = (runs.get(name) ?? 0) + 1
      runs.set(name, run)
      await takeOne(tx)
      // One fails in the first run, another in the second.
      if ((name === 'a' && run === 1) || (name === 'b' && run === 2)) throw new Error(name)
      return name
    }
    expect(await Promise.all(['a', 'b', 'c'].map((name) => batches.run([name], failingAtFirst(name))))).toEqual(['a', 'b', 'c'])
    expect(await reserved()).toBe(3)
  })
})

test('a database whose answer to COMMIT is lost tells every member so, and runs none of them again', async () => {
  const batches = queue()
  const transaction = storage.transaction
  Object.assign(storage, {
    transaction: async (now: never, work: never) => {
      await transaction(now, work)
      throw new CommerceError('OUTCOME_UNKNOWN', { details: {} })
    },
  })
  const ends = await Promise.allSettled([batches.run(['cart-0'], takeOne), batches.run(['cart-1'], takeOne)])
  Object.assign(storage, { transaction })
  expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(['OUTCOME_UNKNOWN', 'OUTCOME_UNKNOWN'])
  expect(await reserved()).toBe(2)
})

test('joining a batch from inside a transaction is refused at once, not waited for', async () => {
  const batches = queue()
  const nested = storage.transaction(clock.now(), () => batches.run(['cart-0'], takeOne))
  await expect(nested).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
})
