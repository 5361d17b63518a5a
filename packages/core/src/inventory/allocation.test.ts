import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seed } from '../../test/property-seed.ts'
import type { LocationId } from '../ids.ts'
import { allocate, mergeClaims } from './allocation.ts'
import { available, type StockClaim, type StockLevel } from './stock.ts'

const [north, south, east] = ['a-north', 'b-south', 'c-east'] as LocationId[] as [LocationId, LocationId, LocationId]
const priority = [south, north]

function level(sku: string, locationId: LocationId, onHand: number, reserved = 0): StockLevel {
  return { sku, locationId, onHand, reserved, version: 1 }
}

describe('mergeClaims', () => {
  it('sums claims of one SKU and sorts by SKU', () => {
    const claims = [
      { sku: 'B', quantity: 1 },
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 4 },
    ]
    expect(mergeClaims(claims)).toEqual([
      { sku: 'A', quantity: 2 },
      { sku: 'B', quantity: 5 },
    ])
  })

  it('keeps how the first claim of a SKU wants it', () => {
    const claims = [
      { sku: 'A', quantity: 1, backorder: true, split: false },
      { sku: 'A', quantity: 1 },
    ]
    expect(mergeClaims(claims)).toEqual([{ sku: 'A', quantity: 2, backorder: true, split: false }])
  })
})

describe('allocate', () => {
  it('takes all from the preferred location when it has all', () => {
    const result = allocate([{ sku: 'A', quantity: 2 }], [level('A', north, 9), level('A', south, 2)], priority)
    expect(result).toEqual({ outcome: 'allocated', allocations: [{ sku: 'A', locationId: south, quantity: 2, backordered: 0 }] })
  })

  it('prefers one location that has all to sharing with the preferred one', () => {
    const result = allocate([{ sku: 'A', quantity: 3 }], [level('A', north, 3), level('A', south, 2)], priority)
    expect(result).toEqual({ outcome: 'allocated', allocations: [{ sku: 'A', locationId: north, quantity: 3, backordered: 0 }] })
  })

  it('shares by preference when it must, and reports in (sku, location) order', () => {
    const result = allocate([{ sku: 'A', quantity: 4 }], [level('A', north, 3), level('A', south, 2)], priority)
    expect(result).toEqual({
      outcome: 'allocated',
      allocations: [
        { sku: 'A', locationId: north, quantity: 2, backordered: 0 },
        { sku: 'A', locationId: south, quantity: 2, backordered: 0 },
      ],
    })
  })

  it('uses the locations a claim names, in their order, and no other', () => {
    const levels = [level('A', north, 5), level('A', south, 5), level('A', east, 5)]
    const result = allocate([{ sku: 'A', quantity: 6, locations: [east, north] }], levels, priority)
    expect(result).toMatchObject({
      allocations: [
        { locationId: north, quantity: 1 },
        { locationId: east, quantity: 5 },
      ],
    })
  })

  it('does not count what is reserved', () => {
    expect(allocate([{ sku: 'A', quantity: 2 }], [level('A', south, 5, 4)], priority)).toEqual({
      outcome: 'insufficient',
      sku: 'A',
      requested: 2,
      available: 1,
    })
  })

  it('says what one location could have given when the claim must not be shared', () => {
    const levels = [level('A', north, 3), level('A', south, 2)]
    expect(allocate([{ sku: 'A', quantity: 4, split: false }], levels, priority)).toEqual({ outcome: 'insufficient', sku: 'A', requested: 4, available: 3 })
  })

  it('promises the rest at the location that gives first', () => {
    const levels = [level('A', north, 3), level('A', south, 0)]
    const result = allocate([{ sku: 'A', quantity: 5, backorder: true }], levels, priority)
    expect(result).toEqual({ outcome: 'allocated', allocations: [{ sku: 'A', locationId: north, quantity: 3, backordered: 2 }] })
  })

  it('promises at the preferred location what never had stock anywhere', () => {
    const result = allocate([{ sku: 'A', quantity: 2, backorder: true }], [], priority)
    expect(result).toEqual({ outcome: 'allocated', allocations: [{ sku: 'A', locationId: south, quantity: 0, backordered: 2 }] })
  })

  it('cannot promise anything when there is no location', () => {
    expect(allocate([{ sku: 'A', quantity: 2, backorder: true }], [], [])).toEqual({ outcome: 'insufficient', sku: 'A', requested: 2, available: 0 })
  })
})

const locations = [north, south, east]
const skus = ['A', 'B', 'C']
const levelsArbitrary = fc
  .uniqueArray(fc.record({ sku: fc.constantFrom(...skus), locationId: fc.constantFrom(...locations), onHand: fc.nat(8), reserved: fc.nat(8) }), {
    selector: ({ sku, locationId }) => `${sku}/${locationId}`,
    maxLength: 9,
  })
  .map((rows) => rows.map((row): StockLevel => ({ ...row, reserved: Math.min(row.reserved, row.onHand), version: 1 })))
const claimsArbitrary = fc
  .array(
    fc.record(
      {
        sku: fc.constantFrom(...skus),
        quantity: fc.integer({ min: 1, max: 12 }),
        locations: fc.uniqueArray(fc.constantFrom(...locations), { minLength: 1 }),
        split: fc.boolean(),
        backorder: fc.boolean(),
      },
      { requiredKeys: ['sku', 'quantity'] },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((claims) => mergeClaims(claims as StockClaim[]))
const priorityArbitrary = fc.uniqueArray(fc.constantFrom(...locations), { minLength: 1 })

/** Available units of a claim's levels, in the claim's order of preference. */
function supply(claim: StockClaim, levels: readonly StockLevel[], order: readonly LocationId[]): number[] {
  return (claim.locations ?? order).flatMap((locationId) => levels.filter((row) => row.sku === claim.sku && row.locationId === locationId).map(available))
}

function property(check: (claims: readonly StockClaim[], levels: readonly StockLevel[], order: readonly LocationId[]) => void): void {
  fc.assert(fc.property(claimsArbitrary, levelsArbitrary, priorityArbitrary, check), { seed, numRuns: 2_000 })
}

describe(`allocate, whatever the stock (CARTWRIGHT_SEED=${seed})`, () => {
  it('allocates exactly what is claimed, never more than is available, and only where allowed', () => {
    property((claims, levels, order) => {
      const result = allocate(claims, levels, order)
      if (result.outcome === 'insufficient') return
      for (const claim of claims) {
        const parts = result.allocations.filter(({ sku }) => sku === claim.sku)
        expect(parts.reduce((sum, { quantity, backordered }) => sum + quantity + backordered, 0)).toBe(claim.quantity)
        expect(new Set(parts.map(({ locationId }) => locationId)).size).toBe(parts.length)
        for (const { locationId, quantity, backordered } of parts) {
          const stored = levels.find((row) => row.sku === claim.sku && row.locationId === locationId)
          expect(quantity).toBeLessThanOrEqual(stored === undefined ? 0 : available(stored))
          expect(claim.locations ?? order).toContain(locationId)
          if (claim.backorder !== true) expect(backordered).toBe(0)
        }
      }
      expect(result.allocations.every(({ sku }) => claims.some((claim) => claim.sku === sku))).toBe(true)
    })
  })

  it('is short only if it must be, names the first short claim and what that could have had', () => {
    property((claims, levels, order) => {
      const result = allocate(claims, levels, order)
      const obtainable = (claim: StockClaim) => {
        const units = supply(claim, levels, order)
        return claim.split === false ? Math.max(0, ...units) : units.reduce((sum, value) => sum + value, 0)
      }
      const short = claims.find((claim) => claim.backorder !== true && obtainable(claim) < claim.quantity)
      if (short === undefined) expect(result.outcome).toBe('allocated')
      else expect(result).toEqual({ outcome: 'insufficient', sku: short.sku, requested: short.quantity, available: obtainable(short) })
    })
  })

  it('takes a claim from one location when one has all, or when the claim must not be shared', () => {
    property((claims, levels, order) => {
      const result = allocate(claims, levels, order)
      if (result.outcome === 'insufficient') return
      for (const claim of claims) {
        const parts = result.allocations.filter(({ sku }) => sku === claim.sku)
        if (supply(claim, levels, order).some((units) => units >= claim.quantity) || claim.split === false) expect(parts).toHaveLength(1)
      }
    })
  })

  it('promises units only when the stock it may use is used up', () => {
    property((claims, levels, order) => {
      const result = allocate(claims, levels, order)
      if (result.outcome === 'insufficient') return
      for (const claim of claims.filter(({ split }) => split !== false)) {
        const parts = result.allocations.filter(({ sku }) => sku === claim.sku)
        const held = parts.reduce((sum, { quantity }) => sum + quantity, 0)
        const all = supply(claim, levels, order).reduce((sum, value) => sum + value, 0)
        expect(held).toBe(Math.min(all, claim.quantity))
      }
    })
  })

  it('reports in (sku, location) order, the same whatever the order of the levels', () => {
    property((claims, levels, order) => {
      const result = allocate(claims, levels, order)
      expect(allocate(claims, [...levels].reverse(), order)).toEqual(result)
      if (result.outcome === 'insufficient') return
      const keys = result.allocations.map(({ sku, locationId }) => `${sku}/${locationId}`)
      expect(keys).toEqual([...keys].sort())
    })
  })
})
