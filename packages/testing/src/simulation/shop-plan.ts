import { type CommerceOptions, flatShipping, noTax, type TaxCalculator } from '@cartwright/core'
import type { SeededRandom } from '../seeded-random.ts'
import { chance } from './seed-streams.ts'

/** One thing the shop sells. */
export interface Goods {
  readonly handle: string
  readonly sku: string
  readonly priceMinor: number
  readonly stockTracked: boolean
  readonly backorder: 'deny' | 'allow'
  /** Units at first, by location. */
  readonly stock: Readonly<Record<string, number>>
  /** What a bundle is made of; it has no stock of its own and is not tracked. */
  readonly components?: readonly { readonly sku: string; readonly quantity: number }[]
}

/** A promotion of the shop. Each has a priority of its own, so that the order in which they apply is no chance. */
export interface Offer {
  readonly name: string
  readonly priority: number
  /** The code that buyers need for it; left out for one that applies by itself. */
  readonly code?: string
  readonly effect: { readonly type: 'percentage'; readonly basisPoints: number } | { readonly type: 'fixed'; readonly amountMinor: number }
  /** Orders that may use it, in all and of one customer; null for no limit. */
  readonly total: number | null
  readonly perCustomer: number | null
}

/** A shop to simulate. */
export interface ShopPlan {
  readonly currency: string
  /** Codes, in order of preference; the first is `main`. */
  readonly locations: readonly string[]
  readonly goods: readonly Goods[]
  /** @default none */
  readonly offers?: readonly Offer[]
  /** Gift cards that the shop has issued, in minor units. @default no credit at all */
  readonly giftCards?: readonly number[]
  /** Processes that share the database. */
  readonly servers: number
  readonly options: Pick<CommerceOptions, 'inventory' | 'tax' | 'shipping' | 'timing'>
}

const strategies = ['conditional', 'optimistic', 'pessimistic', 'batched'] as const
const day = 24 * 3_600_000

/** Eight percent of every line, rounded down. */
const plainTax: TaxCalculator = {
  calculate: async ({ lines, shippingMinor }) => ({
    lines: lines.map(({ amountMinor }) => Math.floor((amountMinor * 8) / 100)),
    shippingMinor: Math.floor((shippingMinor * 8) / 100),
  }),
}

/** A shop by chance: that of `plainShop`, often with bundles, promotions, and gift cards and store credit. */
export function randomShop(random: SeededRandom): ShopPlan {
  const plain = plainShop(random)
  const bundles = chance(random, 0.5) ? [randomBundle(random, plain.goods)] : []
  const offers = chance(random, 0.5) ? { offers: randomOffers(random) } : {}
  const credit = chance(random, 0.5) ? { giftCards: Array.from({ length: random.integer(1, 2) }, () => random.pick([300, 1_000, 2_500, 20_000])) } : {}
  return { ...plain, goods: [...plain.goods, ...bundles], ...offers, ...credit }
}

function randomBundle(random: SeededRandom, goods: readonly Goods[]): Goods {
  const [first, second] = goods
  const components = [first, ...(chance(random, 0.6) ? [second] : [])].flatMap((part) =>
    part === undefined ? [] : [{ sku: part.sku, quantity: random.integer(1, 2) }],
  )
  return { handle: 'goods-set', sku: 'SKU-SET', priceMinor: random.pick([1500, 2999]), stockTracked: false, backorder: 'deny', stock: {}, components }
}

function randomOffers(random: SeededRandom): readonly Offer[] {
  const effect = (): Offer['effect'] =>
    chance(random, 0.5) ? { type: 'percentage', basisPoints: random.pick([1_000, 3_333, 10_000]) } : { type: 'fixed', amountMinor: random.pick([99, 700]) }
  const code: Offer = { name: 'code', priority: 2, code: 'SAVE', effect: effect(), total: random.pick([1, 2, null]), perCustomer: random.pick([1, 1, 2, null]) }
  const automatic: Offer = { name: 'automatic', priority: 1, effect: effect(), total: random.pick([1, 3, null]), perCustomer: random.pick([null, 1]) }
  return chance(random, 0.5) ? [code] : [code, automatic]
}

/** Goods alone, by chance: some scarce, some free, some untracked or on backorder, in up to three places, with any strategy, on one or two servers. */
export function plainShop(random: SeededRandom): ShopPlan {
  const locations = ['main', 'east', 'west'].slice(0, random.pick([1, 1, 2, 3]))
  const goods = Array.from({ length: random.integer(2, 4) }, (_, index) => randomGoods(random, index, locations))
  const strategy = random.pick(strategies)
  const hot = chance(random, 0.3) ? { hot: { skus: [random.pick(goods).sku], strategy: random.pick(strategies) } } : {}
  return {
    currency: random.pick(['USD', 'USD', 'EUR', 'JPY']),
    locations,
    goods,
    servers: random.pick([1, 2, 2]),
    options: {
      inventory: { strategy, ...hot, batch: { maxSize: random.pick([2, 64]) } },
      tax: chance(random, 0.3) ? plainTax : noTax,
      shipping: flatShipping([{ method: 'standard', label: 'Standard', amountMinor: random.pick([0, 0, 490]) }]),
      timing: { idempotencyTtlMs: 400 * day, outboxRetentionMs: random.pick([7 * day, 400 * day]) },
    },
  }
}

function randomGoods(random: SeededRandom, index: number, locations: readonly string[]): Goods {
  const kind = index === 0 ? 'scarce' : random.pick(['plenty', 'scarce', 'scarce', 'untracked', 'backorder', 'free'])
  const most = kind === 'plenty' ? 12 : 3
  return {
    handle: `goods-${index}`,
    sku: `SKU-${index}-${kind.toUpperCase()}`,
    priceMinor: kind === 'free' ? 0 : random.pick([500, 999, 1250, 2000, 12_345]),
    stockTracked: kind !== 'untracked',
    backorder: kind === 'backorder' ? 'allow' : 'deny',
    stock: kind === 'untracked' ? {} : Object.fromEntries(locations.map((location) => [location, random.integer(location === 'main' ? 1 : 0, most)])),
  }
}
