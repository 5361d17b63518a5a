import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, type ProductSort } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'

const sorts: readonly ProductSort[] = ['newest', 'title', 'price_asc', 'price_desc', 'rating']
const products = 1_200

test('a shop of before is listed as it was until the worker has swept, and after', async () => {
  const database = new Database(':memory:')
  const storage = sqliteStorage({ database })
  await storage.migrations.up()
  await using commerce = await createCommerce({ storage, currency: 'USD', payments: [fakePayments()] })
  const records = Array.from({ length: products }, (_, place) => ({
    handle: `product-${place}`,
    title: `Product ${place % 7}`,
    categories: [['Goods', `Shelf ${place % 3}`]],
    variants: [{ sku: `SKU-${place}`, prices: [{ currency: 'USD', amountMinor: 100 + (place % 50) }] }],
  }))
  for (const part of [records.slice(0, 600), records.slice(600)]) await commerce.catalog.upsertMany({ products: part })
  const entries = () => database.prepare('SELECT count(*) FROM category_products').pluck().get()
  const pages = () =>
    Promise.all(
      sorts.map(async (sort) => {
        const filter = { category: ['Goods'] }
        const first = await commerce.catalog.list({ sort, filter, limit: 10 })
        const second = await commerce.catalog.list({ sort, filter, limit: 10, after: first.next ?? '' })
        return [...first.items, ...second.items].map(({ handle }) => handle)
      }),
    )
  const before = await pages()
  expect(entries()).toBe(2 * products)
  let undone: string | null
  do undone = await storage.migrations.down()
  while (undone !== '0023_category_listings')
  await storage.migrations.up()
  expect(entries()).toBe(0)
  expect(await pages()).toEqual(before)
  expect(await commerce.worker.runOnce({ jobs: ['sweep'] })).toEqual({ sweep: { done: products, failed: 0 } })
  expect(entries()).toBe(2 * products)
  expect(await pages()).toEqual(before)
  expect(await commerce.worker.runOnce({ jobs: ['sweep'] })).toEqual({ sweep: { done: 0, failed: 0 } })
})
