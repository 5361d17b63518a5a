import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type ShopPlan, simulate } from '@cartwright/testing/simulation'
import { expect, test } from 'vitest'

// #region storage
const storage = async () => {
  const opened = sqliteStorage({ file: ':memory:' })
  await opened.migrations.up()
  return opened
}

test.each([1, 2, 3])('a simulated shop is sound (seed %i)', async (seed) => {
  const { problems } = await simulate({ seed, storage })
  expect(problems).toEqual([])
})
// #endregion storage

// #region shop
const shop: ShopPlan = {
  currency: 'USD',
  locations: ['main', 'east'],
  goods: [{ handle: 'mug', sku: 'MUG', priceMinor: 1250, stockTracked: true, backorder: 'deny', stock: { main: 2, east: 1 } }],
  servers: 2,
  options: { inventory: { strategy: 'batched' } },
}

test('so is a shop with three mugs and many buyers', async () => {
  const { problems, seen } = await simulate({ seed: 7, shop, storage })
  expect(problems).toEqual([])
  expect(seen.confirmed).toBeGreaterThan(0)
})
// #endregion shop
