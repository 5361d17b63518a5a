import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Clock, type Commerce, type CommerceOptions, createCommerce, type StepProbe } from '@cartwright/core'
import type { PaymentProvider, Storage } from '@cartwright/core/ports'
import { fakePaymentsClient, quickPasswords } from '@cartwright/testing'
import Database from 'better-sqlite3'
import { overlay } from '../planted/overlay.ts'
import { planted, spoilFile } from '../planted/plant.ts'
import { plantNamed } from '../planted/plants.ts'
import type { ShopSetup } from './racer-messages.ts'

/** Opens the shop of a race in this process. An adapter is loaded when it is used: a race starts many processes. */
export async function openShop(setup: ShopSetup, options: { readonly probe?: StepProbe; readonly clock?: Clock } = {}): Promise<Commerce> {
  const { timing, strategy, clockSkewMs } = setup
  const { gate, closedWith } = await openGate(setup)
  const plant = plantNamed(setup.plant)
  if (setup.postgres === undefined) spoilFile(plant, setup.file)
  const clock = options.clock ?? (clockSkewMs === undefined ? undefined : skewedClock(clockSkewMs))
  const { storage, provider, commerce } = planted(plant, { storage: closedWith(await openStorage(setup)), provider: await openProvider(setup, clock) })
  const carts = await openCarts(setup)
  const batch = setup.postgres === undefined ? {} : { batch: { deadlineMs: patienceMs(setup) } }
  const inventory = { strategy, ...batch, ...gate }
  // Whoever races to sign up is not turned away for trying often.
  const login = { burst: 1_000_000, perMs: 1_000 }
  const people = { accounts: { passwords: quickPasswords() }, rateLimits: { rules: { login } } }
  return commerce(
    await createCommerce({
      storage,
      currency: 'USD',
      payments: [provider],
      timing,
      inventory,
      ...people,
      ...carts,
      ...options,
      ...(clock === undefined ? {} : { clock }),
    }),
  )
}

async function openProvider({ bankUrl, stripe }: ShopSetup, clock: Clock | undefined): Promise<PaymentProvider> {
  if (stripe === undefined) return fakePaymentsClient({ url: bankUrl })
  const { stripePayments } = await import('@cartwright/payments-stripe')
  const { host, port, apiKey, webhookSecret, requestTimeoutMs } = stripe
  const now = () => {
    const present = clock?.now()
    return present?.source === 'value' ? present.at : new Date()
  }
  return stripePayments({ apiKey, address: { host, port, protocol: 'http' }, webhookSecrets: [webhookSecret], requestTimeoutMs, now })
}

async function openCarts({ carts }: ShopSetup): Promise<Pick<CommerceOptions, 'carts'>> {
  if (carts === undefined) return {}
  const { redisCarts } = await import('@cartwright/adapters-redis')
  const { server, ...live } = carts
  return { carts: redisCarts({ ...server, ...live, timeoutMs: 5_000 }) }
}

/** A gate before the SKU `HOT`, whose connection ends with the storage. Its deadline is long: a slow machine is not what is raced. */
async function openGate({ admission }: ShopSetup) {
  if (admission === undefined) return { gate: {}, closedWith: (storage: Storage) => storage }
  const { redisAdmission, redisConnection } = await import('@cartwright/adapters-redis')
  const redis = redisConnection({ ...admission.server, prefix: admission.prefix, timeoutMs: 2_000 })
  const closedWith = (storage: Storage) =>
    overlay(storage, {
      close: async () => {
        await storage.close()
        await redis.close()
      },
    })
  return { gate: { admission: { gate: redisAdmission({ redis }), skus: ['HOT'] } }, closedWith }
}

/** On Postgres a crowd on one row, or before a batch, waits for longer than a shop would let it, so that a slow machine never answers for what is raced. */
function patienceMs({ storage: { busyDeadlineMs } }: ShopSetup): number {
  return busyDeadlineMs ?? 60_000
}

async function openStorage(setup: ShopSetup): Promise<Storage> {
  const { sparePages, ...options } = setup.storage
  const { file, postgres } = setup
  if (postgres !== undefined) {
    const { readers } = options
    const starved = readers === undefined ? {} : { writers: readers, readers }
    const timeouts = { connectMs: 30_000, lockMs: 50_000, statementMs: 55_000, poolMs: patienceMs(setup) }
    const { postgresStorage } = await import('@cartwright/adapters-postgres')
    return postgresStorage({ url: postgres, ...starved, timeouts })
  }
  return sparePages === undefined ? sqliteStorage({ file, ...options }) : crampedStorage(file, sparePages)
}

/** A storage whose file cannot grow by more than a few pages: what a full disk looks like to SQLite. */
function crampedStorage(file: string, sparePages: number): Storage {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma(`max_page_count = ${Number(database.pragma('page_count', { simple: true })) + sparePages}`)
  const storage = sqliteStorage({ database })
  const close = async () => {
    await storage.close()
    database.close()
  }
  return overlay(storage, { close })
}

function skewedClock(skewMs: number): Clock {
  return { now: () => ({ source: 'value', at: new Date(Date.now() + skewMs) }) }
}
