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
}

/** A shop to simulate. */
export interface ShopPlan {
  readonly currency: string
  /** Codes, in order of preference; the first is `main`. */
  readonly locations: readonly string[]
  readonly goods: readonly Goods[]
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

/** A shop by chance: some goods scarce, some free, some untracked or on backorder, in up to three places, with any strategy, on one or two servers. */
export function randomShop(random: SeededRandom): ShopPlan {
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
