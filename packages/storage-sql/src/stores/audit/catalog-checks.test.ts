import { describe, expect, it } from 'vitest'
import { itNames, offences, ownTradingShop } from '../../../test/plant.ts'
import { auditTime } from '../../../test/trading-shop.ts'

const entry = { problem: 'entry in a category', currency: null }
const price = { problem: 'prices in a category' }

describe('listings of categories', () => {
  itNames('I23', [
    { name: 'a product that a category lacks', sql: () => 'DELETE FROM category_products', found: () => ({ ...entry, surplus: -1 }) },
    { name: 'an entry of another title', sql: () => "UPDATE category_products SET title = 'Former'", found: () => ({ ...entry, surplus: 1 }) },
    { name: 'an entry of another time', sql: () => 'UPDATE category_products SET created_at = created_at + 1', found: () => ({ ...entry, surplus: 1 }) },
    { name: 'an entry of another rating', sql: () => 'UPDATE category_products SET rating = rating / 2', found: () => ({ ...entry, surplus: 1 }) },
    {
      name: 'an entry in a category that the product is not in',
      sql: () => 'DELETE FROM product_categories',
      found: () => ({ ...entry, surplus: 1 }),
    },
    { name: 'an entry of a hidden product', sql: () => "UPDATE products SET status = 'archived'", found: () => ({ ...entry, surplus: 1 }) },
    { name: 'prices that a category lacks', sql: () => 'DELETE FROM category_prices', found: () => ({ ...price, surplus: -1 }) },
    { name: 'a price of before', sql: () => 'UPDATE category_prices SET min_minor = min_minor - 1', found: () => ({ ...price, surplus: 1 }) },
    {
      name: 'prices the wrong way round',
      sql: () => 'UPDATE category_prices SET min_minor = max_minor + 1',
      refused: { by: 'category_prices_range', table: 'category_prices' },
      found: () => price,
    },
  ])

  it('I23 leaves alone what is to be listed anew, which is what its advice asks for', async () => {
    const shop = await ownTradingShop()
    shop.raw.exec('DELETE FROM category_products; DELETE FROM category_prices; UPDATE products SET listed_version = 0')
    expect(offences(await shop.audit(auditTime))).toEqual([])
    await shop.at(auditTime, ({ catalog }) => catalog.listAnew({ limit: 100 }))
    expect(offences(await shop.audit(auditTime))).toEqual([])
    expect(shop.raw.prepare('SELECT count(*) FROM category_prices').pluck().get()).toBeGreaterThan(0)
  })
})
