import type { LocationId } from '../ids.ts'
import { type Allocation, available, type StockClaim, type StockLevel } from './stock.ts'

export type AllocationResult =
  | { readonly outcome: 'allocated'; readonly allocations: readonly Allocation[] }
  | { readonly outcome: 'insufficient'; readonly sku: string; readonly requested: number; readonly available: number }

/**
 * Sums claims of one SKU (two lines, bundle parts) into one, sorted by SKU: the order in which locks are taken everywhere, so that two carts with the
 * same goods in another order cannot deadlock. Claims of one SKU must agree on locations, split and backorder; the first one's count.
 */
export function mergeClaims(claims: readonly StockClaim[]): readonly StockClaim[] {
  const bySku = new Map<string, StockClaim>()
  for (const claim of claims) {
    const seen = bySku.get(claim.sku)
    bySku.set(claim.sku, seen === undefined ? claim : { ...seen, quantity: seen.quantity + claim.quantity })
  }
  return [...bySku.values()].sort((a, b) => (a.sku < b.sku ? -1 : 1))
}

/**
 * Decides where each claim's units come from, or names the first claim that is short. Prefers one location that has all; splits only if it must and may.
 *
 * @param claims - merged, see {@link mergeClaims}.
 * @param levels - every level of the claimed SKUs, in any order.
 * @param priority - active locations, most preferred first; used by claims that name none.
 * @param room - how many units may be promised beyond the stock, by SKU; any number of those that are not named.
 * @returns allocations in (sku, locationId) order.
 */
export function allocate(
  claims: readonly StockClaim[],
  levels: readonly StockLevel[],
  priority: readonly LocationId[],
  room: ReadonlyMap<string, number> = new Map(),
): AllocationResult {
  const allocations: Allocation[] = []
  for (const claim of claims) {
    const order = claim.locations ?? priority
    const candidates = levels.filter((level) => level.sku === claim.sku && order.includes(level.locationId))
    candidates.sort((a, b) => order.indexOf(a.locationId) - order.indexOf(b.locationId))
    const found = allocateOne(claim, candidates, order, Math.max(0, room.get(claim.sku) ?? Number.POSITIVE_INFINITY))
    if (typeof found === 'number') return { outcome: 'insufficient', sku: claim.sku, requested: claim.quantity, available: found }
    allocations.push(...found)
  }
  return { outcome: 'allocated', allocations: allocations.sort(bySkuAndLocation) }
}

/** The allocations of one claim, or how many units it could have had. */
function allocateOne(claim: StockClaim, candidates: readonly StockLevel[], order: readonly LocationId[], room: number): Allocation[] | number {
  const whole = candidates.find((level) => available(level) >= claim.quantity)
  if (whole !== undefined) return [{ sku: claim.sku, locationId: whole.locationId, quantity: claim.quantity, backordered: 0 }]

  const pool = claim.split === false ? candidates.slice(0, claim.backorder === true ? 1 : 0) : candidates
  const parts: Allocation[] = []
  let missing = claim.quantity
  for (const level of pool) {
    const quantity = Math.min(missing, Math.max(0, available(level)))
    if (quantity > 0) parts.push({ sku: claim.sku, locationId: level.locationId, quantity, backordered: 0 })
    missing -= quantity
    if (missing === 0) return parts
  }
  const home = parts[0]?.locationId ?? candidates[0]?.locationId ?? order[0]
  if (claim.backorder === true && home !== undefined) return missing <= room ? addBackorder(parts, claim.sku, home, missing) : claim.quantity - missing + room
  if (claim.split === false) return Math.max(0, ...candidates.map(available))
  return claim.quantity - missing
}

function addBackorder(parts: readonly Allocation[], sku: string, locationId: LocationId, missing: number): Allocation[] {
  const others = parts.filter((part) => part.locationId !== locationId)
  const quantity = parts.find((part) => part.locationId === locationId)?.quantity ?? 0
  return [...others, { sku, locationId, quantity, backordered: missing }]
}

function bySkuAndLocation(a: Allocation, b: Allocation): number {
  if (a.sku !== b.sku) return a.sku < b.sku ? -1 : 1
  return a.locationId < b.locationId ? -1 : 1
}
