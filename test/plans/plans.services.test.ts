import { postgresSearch, postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onServer, type ScratchDatabase, scratchDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { explainShop } from './explain-shop.ts'

const largeRows = 500
let database: ScratchDatabase

beforeAll(async () => {
  database = await scratchDatabase()
  const storage = postgresStorage({ url: database.url })
  const search = postgresSearch({ url: database.url })
  await storage.migrations.up()
  await search.migrations.up()
  await using commerce = await createCommerce({ storage, currency: 'USD', search })
  const products = Array.from({ length: 1_000 }, (_, place) => ({
    handle: `product-${place}`,
    title: `Product ${place}`,
    categories: [['Goods', `Shelf ${place % 10}`]],
    attributes: { colour: `colour ${place % 20}` },
    variants: [{ sku: `SKU-${place}`, prices: [{ currency: 'USD', amountMinor: 100 + place * 10 }], stock: [{ quantity: 10 }] }],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products })
  expect(rejected).toEqual([])
  await commerce.search.reindex()
})

afterAll(() => database.drop())

const explained = (isAsked?: (name: string) => boolean) =>
  explainShop({ url: database.url, largeRows, mayChooseScans: false, ...(isAsked === undefined ? {} : { isAsked }) })

test('every statement of every hot path has an index for each large table it reads', async () => {
  const paths = await explained()
  expect(paths.length).toBeGreaterThan(40)
  for (const { name, statements } of paths) expect(statements.length, name).toBeGreaterThan(0)
  expect(paths.flatMap(({ name, faults }) => faults.map(({ scan }) => `${name}: ${scan.how} on ${scan.table}`))).toEqual([])
})

test('a page of a category reads as many of its entries as it shows, and one more', async () => {
  const paths = await explained((name) => /^listing by \w+, (?:top )?category$/.test(name))
  expect(paths).toHaveLength(10)
  for (const { name, statements } of paths) {
    const entries = statements.flatMap(({ scans }) => scans.filter(({ table }) => table.startsWith('category_')))
    expect(
      entries.map(({ rowsRead }) => rowsRead),
      name,
    ).toEqual(new Array(4).fill(21))
    expect(
      entries.every(({ how }) => how.startsWith('Index Only Scan')),
      name,
    ).toBe(true)
    const others = statements.flatMap(({ scans }) => scans.filter(({ table }) => table === 'products').map(({ rowsRead }) => rowsRead))
    expect(Math.max(...others), name).toBeLessThanOrEqual(21)
  }
})

test('a lost index is found by what it slows down', async () => {
  const slowed = async () => {
    const paths = await explained((name) => ['product by handle', 'listing by newest, all', 'search by a title'].includes(name))
    return paths.filter(({ faults }) => faults.length > 0).map(({ name }) => name)
  }
  expect(await slowed()).toEqual([])
  await onServer(
    database.url,
    'DROP INDEX variants_product',
    'DROP INDEX search_documents_words',
    'ALTER TABLE search_documents DROP CONSTRAINT search_documents_pkey',
  )
  expect(await slowed()).toEqual(['product by handle', 'listing by newest, all', 'search by a title'])
})
