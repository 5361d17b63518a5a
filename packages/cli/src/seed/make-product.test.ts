import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import { defaultLoadShapes } from '../load-shapes/load-shapes.ts'
import { ean13, makeProduct } from './make-product.ts'
import { SeedPlan } from './seed-plan.ts'

const products = 400
const plan = new SeedPlan({ products, customers: 20, orders: 100, seed: 3, until: new Date('2026-01-04'), currency: 'EUR', shapes: defaultLoadShapes })
const made = Array.from({ length: products }, (_, index) => makeProduct(plan, index))
const variants = made.flatMap(
  ({ record }) => record.variants as readonly { sku: string; barcode: string; prices: readonly { amountMinor: number; compareAtMinor?: number }[] }[],
)

test('the shop takes every product as it is', async () => {
  await using commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'EUR' })
  const { results, rejected } = await commerce.catalog.upsertMany({ products: made.map(({ record }) => record) })
  expect(rejected).toEqual([])
  expect(results.map(({ outcome }) => outcome)).toEqual(made.map(() => 'created'))
})

test('handles, SKUs and barcodes are unique, and a product is the same whenever it is made', () => {
  for (const names of [made.map(({ record }) => record.handle), variants.map(({ sku }) => sku), variants.map(({ barcode }) => barcode)]) {
    expect(new Set(names).size).toBe(names.length)
  }
  expect(makeProduct(plan, 123)).toEqual(made[123])
})

test('barcodes carry the check digit that GS1 prescribes', () => {
  // The example of a GTIN-13 in the standard's own check digit calculator: 6291041500213.
  expect(ean13('629104150021')).toBe('6291041500213')
  for (const { barcode } of variants) {
    const sum = [...barcode].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
    expect([barcode.length, sum % 10, barcode[0]]).toEqual([13, 0, '2'])
  }
})

test('prices end as prices do, and a former price is higher than the present one', () => {
  const endings = new Map<number, number>()
  for (const { prices } of variants) {
    const { amountMinor = 0, compareAtMinor } = prices[0] ?? {}
    endings.set(amountMinor % 100, (endings.get(amountMinor % 100) ?? 0) + 1)
    if (compareAtMinor !== undefined) expect(compareAtMinor).toBeGreaterThan(amountMinor)
  }
  expect((endings.get(99) ?? 0) / variants.length).toBeGreaterThan(0.4)
})

test('the most wanted products are on sale, and hidden ones cannot be bought', () => {
  for (let rank = 0; rank < 8; rank += 1) expect(makeProduct(plan, plan.productAt(rank)).sellable.length).toBeGreaterThan(0)
  const hidden = made.filter(({ record }) => record.status !== 'published')
  expect(hidden.length).toBeGreaterThan(0)
  for (const { sellable } of hidden) expect(sellable).toEqual([])
})

test.each([1, 2, 97, 400, 1_000])('with %i products, ranks and products name each other one to one', (count) => {
  const other = new SeedPlan({ ...plan.parameters, products: count })
  const walked = Array.from({ length: count }, (_, rank) => other.productAt(rank))
  expect(new Set(walked).size).toBe(count)
  expect(walked.map((product) => other.rankOf(product))).toEqual(walked.map((_, rank) => rank))
})
