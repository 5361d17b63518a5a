import { splitMinor, sumMinor } from '../money/money.ts'
import type { ItemFilter, PromotionEffect } from './promotion.ts'

/** A line of a cart as promotions see it. */
export interface PromotableLine {
  readonly sku: string
  readonly productId: string
  /** Paths of the product's categories. */
  readonly categories: readonly (readonly string[])[]
  /** Units. */
  readonly quantity: number
  readonly unitMinor: number
  /** unit × quantity. */
  readonly totalMinor: number
}

/** A line that a promotion is for, with what those before it have left of its price. */
export interface OpenLine {
  readonly line: PromotableLine
  readonly leftMinor: number
}

/** Whether a filter names a line. A filter without a list names none. */
export function matchesItem({ skus = [], productIds = [], categories = [] }: ItemFilter, line: PromotableLine): boolean {
  if (skus.includes(line.sku) || (productIds as readonly string[]).includes(line.productId)) return true
  return categories.some((path) => line.categories.some((own) => path.length > 0 && path.every((name, level) => own[level] === name)))
}

/** A share of an amount, rounded half up, exact for any safe integer. */
export function shareMinor(amountMinor: number, basisPoints: number): number {
  return Number((BigInt(amountMinor) * BigInt(basisPoints) + 5_000n) / 10_000n)
}

/** A share of the lines together, split over them by what is left of each. */
export function discountByShare(lines: readonly OpenLine[], basisPoints: number): number[] {
  const left = lines.map(({ leftMinor }) => leftMinor)
  return splitMinor(shareMinor(sumMinor(left), basisPoints), left)
}

/** An amount, for the lines together or for each unit, and never more than is left. */
export function discountByAmount(lines: readonly OpenLine[], amountMinor: number, per: 'order' | 'unit'): number[] {
  if (per === 'unit') return lines.map(({ line, leftMinor }) => Math.min(line.quantity * amountMinor, leftMinor))
  const left = lines.map(({ leftMinor }) => leftMinor)
  return splitMinor(Math.min(amountMinor, sumMinor(left)), left)
}

/**
 * What "buy X, get Y" takes off each line: of as many rounds as the units allow, the cheapest units that may be had so. A unit is either bought or got.
 *
 * @param lines - all that is in the cart and not excepted.
 * @param bought, got - which of them count as bought, and which may be got.
 */
export function discountGotUnits(
  lines: readonly OpenLine[],
  effect: Extract<PromotionEffect, { type: 'buy_get' }>,
  { bought, got }: { readonly bought: (line: PromotableLine) => boolean; readonly got: (line: PromotableLine) => boolean },
): number[] {
  const buyable = lines.filter(({ line }) => bought(line)).reduce((sum, { line }) => sum + line.quantity, 0)
  // Of units that cost the same, those that do not count as bought go first: they leave more rounds.
  const cheapestFirst = lines
    .map(({ line }, index) => ({ line, index, counts: bought(line) }))
    .filter(({ line }) => got(line))
    .sort((a, b) => a.line.unitMinor - b.line.unitMinor || Number(a.counts) - Number(b.counts) || a.index - b.index)
  const take = (units: number) => {
    let missing = units
    return cheapestFirst.map(({ line, index, counts }) => {
      const taken = Math.min(missing, line.quantity)
      missing -= taken
      return { index, taken, counts }
    })
  }
  const available = cheapestFirst.reduce((sum, { line }) => sum + line.quantity, 0)
  const fits = (rounds: number) => {
    const spent = take(rounds * effect.get).reduce((sum, { taken, counts }) => sum + (counts ? taken : 0), 0)
    return buyable - spent >= rounds * effect.buy
  }
  let rounds = 0
  for (let above = Math.min(Math.floor(available / effect.get), effect.times ?? Number.MAX_SAFE_INTEGER); rounds < above; ) {
    const middle = rounds + Math.ceil((above - rounds) / 2)
    if (fits(middle)) rounds = middle
    else above = middle - 1
  }
  const amounts = lines.map(() => 0)
  for (const { index, taken } of take(rounds * effect.get)) {
    const { line, leftMinor = 0 } = lines[index] ?? { line: undefined }
    if (line === undefined || taken === 0) continue
    const worthMinor = Number((BigInt(leftMinor) * BigInt(taken)) / BigInt(line.quantity))
    amounts[index] = shareMinor(worthMinor, effect.basisPoints)
  }
  return amounts
}
