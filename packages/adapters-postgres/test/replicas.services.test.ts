import { type Commerce, createCommerce } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type PostgresStorageOptions, postgresStorage } from '../src/postgres-storage.ts'
import { type CountedPool, countedPool, untilReplica, watchedPool } from './counted-pool.ts'
import { migratedDatabase, onServer, type ScratchDatabase } from './scratch-database.ts'

const now = { source: 'database' } as const
const ada = { type: 'customer', customerId: 'ada' } as const
let database: ScratchDatabase

beforeEach(async () => {
  database = await migratedDatabase()
  return () => database.drop()
})

function replicaPool(): CountedPool {
  const pool = countedPool(database.replicaUrl)
  onTestFinished(() => pool.end())
  return pool
}

function open(options: Partial<PostgresStorageOptions>): Storage {
  const storage = postgresStorage({ url: database.url, probeIntervalMs: 50, ...options } as PostgresStorageOptions)
  onTestFinished(() => storage.close())
  return storage
}

/** A shop with one product, and a pool that tells what its replica is asked. */
async function shopWithReplica(): Promise<{ commerce: Commerce; storage: Storage; replica: CountedPool }> {
  const replica = replicaPool()
  const storage = open({ replicas: [replica] })
  const commerce = await createCommerce({ storage, currency: 'USD' })
  await commerce.catalog.upsertMany({
    products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 900 }] }] }],
  })
  await untilReplica(storage, replica, 'answers')
  return { commerce, storage, replica }
}

test('the catalogue is read from the replicas, in turn', async () => {
  const [one, two] = [replicaPool(), replicaPool()]
  const storage = open({ replicas: [one, two] })
  for (const replica of [one, two]) await untilReplica(storage, replica, 'answers')
  const before = [one.reads, two.reads]
  for (let count = 0; count < 10; count += 1) await storage.snapshot(now, (snapshot) => snapshot.stock.listLocations())
  expect([one.reads, two.reads]).toEqual(before.map((reads) => reads + 5))
})

test('what must be fresh never comes from a replica', async () => {
  const { storage, replica } = await shopWithReplica()
  const before = replica.reads
  for (let count = 0; count < 5; count += 1) await storage.snapshot(now, (snapshot) => snapshot.stock.listLocations(), { fresh: true })
  expect(replica.reads).toBe(before)
})

test('buyers and staff find each change of a cart at once, from the replica once it has it', async () => {
  const { commerce, replica } = await shopWithReplica()
  const { cart } = await commerce.carts.create({ actor: ada })
  for (let quantity = 1; quantity <= 20; quantity += 1) {
    await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 1 })
    for (const actor of [ada, { type: 'admin', id: 'ops' } as const]) {
      expect(await commerce.carts.get({ actor, cartId: cart.id })).toMatchObject({ lines: [{ quantity }] })
    }
  }
  const before = replica.reads
  await expect.poll(async () => (await commerce.carts.get({ actor: ada, cartId: cart.id })) && replica.reads > before).toBe(true)
})

test('where the log ended is asked in the round trip of COMMIT, and only where a cart or an order was written', async () => {
  const steps: string[] = []
  const pool = watchedPool(database.url, (text, answer) => {
    const step = text === 'COMMIT' ? 'commit' : text.includes('flush_lsn') && !text.includes('pg_control_system') ? 'position' : 'other'
    steps.push(step)
    if (step === 'commit') void answer.then(() => steps.push('committed'))
  })
  onTestFinished(() => pool.end())
  const commerce = await createCommerce({ storage: open({ url: undefined, pool, replicas: [database.replicaUrl] } as never), currency: 'USD' })
  await commerce.inventory.ensureLocation({ code: 'main' })
  expect(steps).not.toContain('position')
  steps.length = 0
  await commerce.carts.create({ actor: ada })
  expect(steps.filter((step) => step !== 'other')).toEqual(['commit', 'position', 'committed'])
})

test('a snapshot that the replica cannot finish is run again on the primary, and the caller notices nothing', async () => {
  const { storage, replica } = await shopWithReplica()
  let runs = 0
  const ended = () =>
    onServer(
      database.replicaUrl,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'",
    )
  const seen = await storage.snapshot(now, async (snapshot) => {
    runs += 1
    await snapshot.stock.listLocations()
    if (runs === 1) await ended()
    return snapshot.catalog.findProduct({ handle: 'mug' })
  })
  expect([seen?.title, runs]).toEqual(['Mug', 2])
  await untilReplica(storage, replica, 'answers')
})

test('a replica that is not there, or is none, is never asked, and doctor says so', async () => {
  const storage = open({ replicas: ['postgres://127.0.0.1:1/none', database.url, database.replicaUrl] })
  for (let count = 0; count < 20; count += 1) expect(await storage.snapshot(now, (snapshot) => snapshot.stock.listLocations())).toEqual([])
  expect((await storage.diagnose()).filter(({ check }) => check.startsWith('replica'))).toMatchObject([
    { check: 'replica 1', status: 'warning', message: expect.stringContaining('does not answer') },
    { check: 'replica 2', status: 'error', message: expect.stringContaining('takes writes itself') },
    { check: 'replica 3', status: 'ok', message: expect.stringMatching(/^The replica streams and is \d+ bytes and \d+ ms behind/) },
  ])
})

test.each([{ replicas: ['mysql://x'] }, { maxLagMs: 0 }, { maxLagMs: 100, probeIntervalMs: 100 }])('%j is refused', (options) => {
  expect(() => open(options)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
})
