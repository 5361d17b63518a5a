import { defaultLoadShapes } from './measured-shapes.ts'

export { readLoadShapes } from './read-load-shapes.ts'
export { defaultLoadShapes }

/** Percentiles of a whole number that is 1 at least. */
export interface Quantiles {
  readonly p50: number
  readonly p75: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** How much of all order lines the most wanted products have, as shares from 0 to 1. */
export interface Popularity {
  /** How many products were counted. */
  readonly distinct: number
  /** Of the one most wanted product. */
  readonly topOneShare: number
  /** Of the most wanted hundredth of the products. */
  readonly topHundredthShare: number
  /** Of the most wanted tenth of them. */
  readonly topTenthShare: number
}

/** How buyers behave: what `seed` makes shops and `loadtest` makes traffic after. */
export interface LoadShapes {
  readonly linesPerOrder: Quantiles
  readonly unitsPerLine: Quantiles
  readonly ordersPerCustomer: Quantiles
  readonly popularity: Popularity
  /** Orders by the hour of the day, 0 to 23; only their proportions count. */
  readonly ordersByHour: readonly number[]
  /** Orders on a day with any, on average. */
  readonly ordersPerDay: number
  /** The share of orders that are cancelled later. */
  readonly cancelledShare: number
  /** The share of orders by buyers without an account. */
  readonly guestShare: number
  /** The share of sessions that end in an order. */
  readonly buyingShare: number
  readonly pagesPerSession: Quantiles
  readonly pagesPerBuyingSession: Quantiles
  readonly wordsPerQuery: Quantiles
  /** From one page of a session to the next. */
  readonly thinkTimeMs: Quantiles
}

/** Numbers from 0 up to, but not, 1, as `Math.random` gives them; a seeded source makes every sample repeatable. */
export type UnitRandom = () => number

/** Lines of one order, from 1 to `max`. */
export function sampleBasketSize(shapes: LoadShapes, random: UnitRandom, max: number = shapes.linesPerOrder.max): number {
  return sampleQuantiles(shapes.linesPerOrder, random, max)
}

/** Units of one line, from 1 to `max`. */
export function sampleUnits(shapes: LoadShapes, random: UnitRandom, max: number = shapes.unitsPerLine.max): number {
  return sampleQuantiles(shapes.unitsPerLine, random, max)
}

/** Pages of one session, from 1 up. */
export function samplePages(shapes: LoadShapes, random: UnitRandom, session: 'any' | 'buying' = 'any'): number {
  return sampleQuantiles(session === 'buying' ? shapes.pagesPerBuyingSession : shapes.pagesPerSession, random)
}

/** Words of one search, from 1 up. */
export function sampleQueryWords(shapes: LoadShapes, random: UnitRandom): number {
  return sampleQuantiles(shapes.wordsPerQuery, random)
}

/** The pause before a buyer's next step, in milliseconds. */
export function sampleThinkTimeMs(shapes: LoadShapes, random: UnitRandom, max: number = shapes.thinkTimeMs.max): number {
  return sampleQuantiles(shapes.thinkTimeMs, random, max)
}

/**
 * Which of `count` products an order line is of: 0 is the most wanted one.
 *
 * The measured shares are points of the curve that says how much of all lines the first x of the products have; between two points it is a power of x, as
 * Zipf's law makes it, so the shares hold for a shop of any size and a sample costs the same in each.
 */
export function samplePopularity({ popularity }: LoadShapes, random: UnitRandom, count: number): number {
  const drawn = random()
  const curve = concentration(popularity)
  const end = curve.findIndex(({ share }) => drawn < share)
  const to = curve[end] ?? { part: 1, share: 1 }
  const from = curve[end - 1]
  const part = from === undefined ? (to.part * drawn) / to.share : from.part * (drawn / from.share) ** (1 / exponent(from, to))
  return Math.min(count - 1, Math.floor(part * count))
}

/** The share of all order lines that the product of this rank has, 0 being the most wanted of `count`. */
export function popularityShare({ popularity }: LoadShapes, rank: number, count: number): number {
  const curve = concentration(popularity)
  const shareOfFirst = (part: number): number => {
    const end = curve.findIndex((point) => part <= point.part)
    const to = curve[end] ?? { part: 1, share: 1 }
    const from = curve[end - 1]
    return from === undefined ? (to.share * part) / to.part : from.share * (part / from.part) ** exponent(from, to)
  }
  return shareOfFirst((rank + 1) / count) - shareOfFirst(rank / count)
}

/** The hour of an order, 0 to 23. */
export function sampleHour(shapes: LoadShapes, random: UnitRandom): number {
  return Math.floor(timeOfDay(shapes, random()))
}

/** The hour, with its fraction, by which this part of a day's orders has been placed. @param part - from 0 up to, but not, 1. */
export function timeOfDay({ ordersByHour }: LoadShapes, part: number): number {
  let left = part * ordersByHour.reduce((sum, orders) => sum + orders, 0)
  const hour = ordersByHour.findIndex((orders) => {
    left -= orders
    return left < 0
  })
  // Rounding may leave nothing at the very end of the last hour.
  return hour === -1 ? ordersByHour.findLastIndex((orders) => orders > 0) : hour + 1 + left / (ordersByHour[hour] as number)
}

interface CurvePoint {
  /** The first part of the products, most wanted first. */
  readonly part: number
  /** Their share of the lines. */
  readonly share: number
}

function concentration({ distinct, topOneShare, topHundredthShare, topTenthShare }: Popularity): readonly CurvePoint[] {
  const points = [
    { part: 1 / distinct, share: topOneShare },
    { part: 0.01, share: topHundredthShare },
    { part: 0.1, share: topTenthShare },
    { part: 1, share: 1 },
  ]
  return points.filter(({ part }, place) => place === 0 || part > 1 / distinct)
}

function exponent(from: CurvePoint, to: CurvePoint): number {
  return Math.log(to.share / from.share) / Math.log(to.part / from.part)
}

/** Inverts the percentiles: between two of them the logarithm of the number grows evenly, as it does in long-tailed figures. */
function sampleQuantiles(quantiles: Quantiles, random: UnitRandom, max: number = quantiles.max): number {
  const drawn = random()
  const { p50, p75, p90, p95, p99 } = quantiles
  const steps = [
    [0, 1],
    [0.5, p50],
    [0.75, p75],
    [0.9, p90],
    [0.95, p95],
    [0.99, p99],
    [1, Math.max(p99, Math.min(max, quantiles.max))],
  ] as const
  const end = steps.findIndex(([share]) => drawn < share)
  const [toShare, to] = steps[end] ?? [1, max]
  const [fromShare, from] = steps[end - 1] ?? [0, 1]
  const value = from * (to / from) ** ((drawn - fromShare) / (toShare - fromShare))
  return Math.max(1, Math.min(max, Math.round(value)))
}
