import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { onServer, type ScratchDatabase, scratchDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { explainShop } from './explain-shop.ts'

const largeRows = 500
let database: ScratchDatabase

beforeAll(async () => {
  database = await scratchDatabase()
  const storage = postgresStorage({ url: database.url })
  await storage.migrations.up()
  await using commerce = await createCommerce({ storage, currency: 'USD' })
  const products = Array.from({ length: 1_000 }, (_, place) => ({
    handle: `product-${place}`,
    title: `Product ${place}`,
    categories: [['Goods', `Shelf ${place % 10}`]],
    attributes: { colour: `colour ${place % 20}` },
    variants: [{ sku: `SKU-${place}`, prices: [{ currency: 'USD', amountMinor: 100 + place * 10 }], stock: [{ quantity: 10 }] }],
  }))
  const { rejected } = await commerce.catalog.upsertMany({ products })
  expect(rejected).toEqual([])
})

afterAll(() => database.drop())

const explained = () => explainShop({ url: database.url, largeRows, mayChooseScans: false })

test('every statement of every hot path has an index for each large table it reads', async () => {
  const paths = await explained()
  expect(paths.length).toBeGreaterThan(30)
  for (const { name, statements } of paths) expect(statements.length, name).toBeGreaterThan(0)
  expect(paths.flatMap(({ name, faults }) => faults.map(({ scan }) => `${name}: ${scan.how} on ${scan.table}`))).toEqual([])
})

test('a lost index is found by what it slows down', async () => {
  await onServer(database.url, 'DROP INDEX variants_product')
  const slowed = (await explained()).filter(({ faults }) => faults.some(({ scan }) => scan.table === 'variants')).map(({ name }) => name)
  expect(slowed).toEqual(expect.arrayContaining(['product by handle', 'listing by newest, all']))
})
