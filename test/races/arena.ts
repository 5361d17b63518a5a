import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commerce, StrategyName, Timing } from '@cartwright/core'
import { FakePaymentLedger, type FakePaymentsServer, seededRandom, serveFakePayments } from '@cartwright/testing'
import { copyRows, type ScratchDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { type PlantName, plantNamed } from '../planted/plants.ts'
import { spoiltDatabase } from '../planted/spoilt-database.ts'
import { openShop } from './open-shop.ts'
import type { ShopSetup } from './racer-messages.ts'
import { Retrier } from './retrier.ts'
import { type Goods, type ReadyCart, readyCart } from './tasks/buyer.ts'

export const unitMinor = 1250

/** Units by location code, by SKU. */
export type Supply = Readonly<Record<string, Readonly<Record<string, number>>>>

/** What the shop of a race is kept in. */
export type EngineName = 'sqlite' | 'postgres'

export interface ArenaOptions {
  readonly seed: number
  readonly supply: Supply
  /** Bundles of these goods: units of each component, by SKU. @default none */
  readonly bundles?: Readonly<Record<string, Goods>>
  readonly timing?: Partial<Timing>
  readonly plant?: PlantName | null
  /** @default 'conditional' */
  readonly strategy?: StrategyName
  readonly storage?: ShopSetup['storage']
  /** @default 'sqlite' */
  readonly engine?: EngineName
  /** Where active carts live. @default in the database */
  readonly carts?: ShopSetup['carts'] | undefined
  /** Where admission counts, in front of the strategy. @default nowhere */
  readonly admission?: ShopSetup['admission'] | undefined
  /** The Stripe that is paid through. @default none: the arena's own bank is */
  readonly stripe?: ShopSetup['stripe'] | undefined
  /** A migrated database of Postgres, to be used instead of one on the common server; dropped with the arena. */
  readonly database?: Pick<ScratchDatabase, 'url' | 'drop'>
}

/** A shop on a file or database of its own, and the bank it is paid through, which lives in this process. */
export interface Arena {
  readonly seed: number
  readonly supply: Supply
  readonly shop: ShopSetup
  readonly bank: FakePaymentsServer
  /** Does something to the shop from this process. */
  use<T>(work: (commerce: Commerce) => Promise<T>): Promise<T>
  /** Carts, one per customer, ready to be placed. @param goods - of the n-th customer; one unit of `HOT` by default */
  readyCarts(customers: readonly string[], goods?: (index: number) => Goods): Promise<readonly ReadyCart[]>
  /** Consumers of events that the race has made: the judge reads on for them. */
  readonly consumers: Set<string>
  /** Takes note of units that came in, or went, after the start. */
  restocked(sku: string, location: string, units: number): void
  /** The same shop as it is now, on another file or database, with another bank that has seen nothing. Every process must have closed it. */
  copy(): Promise<Arena>
  dispose(): Promise<void>
}

/** Opens a shop with goods in stock. */
export async function openArena(options: ArenaOptions): Promise<Arena> {
  const database = options.database ?? (options.engine === 'postgres' ? await spoiltDatabase(plantNamed(options.plant)) : undefined)
  const arena = await makeArena(options, database, async () => {})
  await arena.use((commerce) => stock(commerce, options.supply))
  await arena.use((commerce) => bundle(commerce, options.bundles ?? {}))
  return arena
}

async function makeArena(options: ArenaOptions, database: ArenaOptions['database'], fill: (file: string) => Promise<void>): Promise<Arena> {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-race-'))
  const file = join(directory, 'shop.db')
  await fill(file)
  const bank = await serveFakePayments({ ledger: new FakePaymentLedger({ random: seededRandom(options.seed) }) })
  const supply: Record<string, Readonly<Record<string, number>>> = { ...options.supply }
  const { timing = {}, plant = null, strategy = 'conditional', storage = {} } = options
  const { carts, admission, stripe } = options
  const places = {
    ...(database === undefined ? {} : { postgres: database.url }),
    ...(carts === undefined ? {} : { carts }),
    ...(admission === undefined ? {} : { admission }),
    ...(stripe === undefined ? {} : { stripe }),
  }
  const shop: ShopSetup = { file, bankUrl: bank.url, timing, plant, strategy, storage, ...places }
  const use = async <T>(work: (commerce: Commerce) => Promise<T>): Promise<T> => {
    const commerce = await openShop({ ...shop, plant: null, storage: {} })
    try {
      return await work(commerce)
    } finally {
      await commerce.close()
    }
  }
  return {
    seed: options.seed,
    supply,
    shop,
    bank,
    use,
    readyCarts: (customers, goods = () => ({ HOT: 1 })) =>
      use((commerce) => {
        const racer = { commerce, retrier: new Retrier(seededRandom(options.seed)) }
        return Promise.all(customers.map((name, index) => readyCart(racer, name, goods(index))))
      }),
    consumers: new Set(),
    restocked: (sku, location, units) => {
      const known = supply[sku]?.[location] ?? 0
      supply[sku] = { ...supply[sku], [location]: known + units }
    },
    copy: async () => {
      if (database === undefined) return await makeArena(options, undefined, (target) => copyFile(file, target))
      const another = await spoiltDatabase(plantNamed(plant))
      await copyRows(database.url, another.url)
      return await makeArena(options, another, async () => {})
    },
    dispose: async () => {
      await bank.close()
      await database?.drop()
      await rm(directory, { recursive: true })
    },
  }
}

async function bundle(commerce: Commerce, bundles: NonNullable<ArenaOptions['bundles']>): Promise<void> {
  const parts = Object.entries(bundles).map(
    ([sku, goods]) => [sku, { components: Object.entries(goods).map(([part, quantity]) => ({ sku: part, quantity })) }] as const,
  )
  if (parts.length > 0) await offer(commerce, parts)
}

/** Puts goods into the catalogue, each at the price of all. */
async function offer(commerce: Commerce, goods: readonly (readonly [sku: string, terms: object])[]): Promise<void> {
  const products = goods.map(([sku, terms]) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: unitMinor }], ...terms }],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products })
  if (rejected.length > 0) throw new Error(`the goods were refused: ${JSON.stringify(rejected)}`)
}

async function stock(commerce: Commerce, supply: Supply): Promise<void> {
  await offer(
    commerce,
    Object.keys(supply).map((sku) => [sku, {}]),
  )
  for (const [sku, locations] of Object.entries(supply)) {
    for (const [location, to] of Object.entries(locations)) {
      await commerce.inventory.ensureLocation({ code: location })
      await commerce.inventory.adjust({ sku, location, to, reason: 'received' })
    }
  }
}
