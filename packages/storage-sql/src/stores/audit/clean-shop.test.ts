import { describe, expect, it } from 'vitest'
import { auditTime, tradingShop } from '../../../test/trading-shop.ts'

describe('the audit of a shop with nothing wrong', () => {
  it('finds no violation in the rows of any table', async () => {
    const shop = await tradingShop()
    const results = await shop.audit(auditTime)
    expect(results.filter(({ violations }) => violations > 0)).toEqual([])
    const tables = shop.raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").pluck().all() as string[]
    const empty = tables.filter((table) => shop.raw.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() === 0)
    expect(empty).toEqual(['quotes', 'outbox_tail', 'work_failures', 'provider_listings', 'search_settings'])
  })
})
