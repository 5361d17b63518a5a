import type { LoadShapes, UnitRandom } from './load-shapes.ts'

/**
 * Which of `count` customers an order is of. The last ones buy the most: together, their orders are spread as `ordersPerCustomer` says, whatever the number of
 * orders to each.
 */
export function sampleBuyer({ ordersPerCustomer }: LoadShapes, random: UnitRandom, count: number): number {
  const { p50, p75, p90, p95, p99, max } = ordersPerCustomer
  const groups = [
    { from: 0, to: 0.5, orders: meanBetween(1, p50) },
    { from: 0.5, to: 0.75, orders: meanBetween(p50, p75) },
    { from: 0.75, to: 0.9, orders: meanBetween(p75, p90) },
    { from: 0.9, to: 0.95, orders: meanBetween(p90, p95) },
    { from: 0.95, to: 0.99, orders: meanBetween(p95, p99) },
    { from: 0.99, to: 1, orders: meanBetween(p99, max) },
  ] as const
  let left = random() * groups.reduce((sum, { from, to, orders }) => sum + (to - from) * orders, 0)
  for (const { from, to, orders } of groups) {
    const weight = (to - from) * orders
    if (left < weight) return Math.min(count - 1, Math.floor((from + (to - from) * (left / weight)) * count))
    left -= weight
  }
  return count - 1
}

/** The mean of figures whose logarithm grows evenly from one to the other. */
function meanBetween(low: number, high: number): number {
  return low === high ? low : (high - low) / Math.log(high / low)
}
