import type { LedgerEntry, LedgerQuery, LevelListQuery, Page, StockLevel } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { adjust, held, stocked } from './stocked-shop.ts'

const second = 1_000

export function listBehaviour(options: StorageSuiteOptions): void {
  describe('lists', () => {
    const storage = testStorage(options)
    const listLevels = (query: Partial<LevelListQuery> = {}) =>
      storage().snapshot(at(0), ({ stock }) => stock.listLevels({ limit: 100, ...query }), { fresh: true })
    const ledger = (query: Partial<LedgerQuery> = {}) =>
      storage().snapshot(at(0), ({ stock }) => stock.ledger({ sku: 'MUG-1', limit: 100, ...query }), { fresh: true })
    const named = ({ items }: Page<StockLevel>) => items.map(({ sku, locationId }) => `${sku} ${locationId}`)

    it('walks every level once, by SKU and location, whatever the page', async () => {
      const [north, south] = [await stocked(storage(), { B: 1, A: 1, 'b~ä': 3 }), await stocked(storage(), { A: 2 })]
      const all = await listLevels()
      expect(all.next).toBeNull()
      const atA = [north.id, south.id].sort().map((id) => `A ${id}`)
      expect(named(all)).toEqual([...atA, `B ${north.id}`, `b~ä ${north.id}`])
      for (const limit of [1, 2, 3]) {
        const seen: string[] = []
        for (let after: string | null | undefined; after !== null; ) {
          const page: Page<StockLevel> = await listLevels({ limit, ...(after === undefined ? {} : { after }) })
          seen.push(...named(page))
          after = page.next
        }
        expect(seen).toEqual(named(all))
      }
    })

    it('keeps to a location, and to levels that are low', async () => {
      const north = await stocked(storage(), { A: 5, B: 2, C: 0 })
      const south = await stocked(storage(), { A: 1 })
      await held(storage(), [{ sku: 'B', quantity: 2, locations: [north.id] }])
      expect(named(await listLevels({ locationId: south.id }))).toEqual([`A ${south.id}`])
      expect(named(await listLevels({ availableAtMost: 0 }))).toEqual([`B ${north.id}`, `C ${north.id}`])
      expect(named(await listLevels({ availableAtMost: 1, locationId: south.id }))).toEqual([`A ${south.id}`])
    })

    it('tells the ledger of a SKU, newest first, page by page', async () => {
      const north = await stocked(storage(), { 'MUG-1': 5, 'MUG-2': 9 })
      const south = await stocked(storage(), { 'MUG-1': 2 })
      await adjust(storage(), north, { change: { by: -1 }, reason: 'damaged', note: 'dropped', referenceId: 'shelf 4' })
      await storage().transaction(at(second), (tx) =>
        tx.stock.adjust({ entryId: ids.next(), sku: 'MUG-1', locationId: south.id, change: { to: 0 }, reason: 'counted', note: null, shortfall: 'refuse' }),
      )
      const { items, next } = await ledger()
      expect(next).toBeNull()
      expect(items[0]).toEqual({
        id: expect.any(String),
        sku: 'MUG-1',
        locationId: south.id,
        delta: -2,
        reason: 'counted',
        referenceId: null,
        note: null,
        createdAt: moment(second),
      })
      expect(items[1]).toMatchObject({ delta: -1, reason: 'damaged', note: 'dropped', referenceId: 'shelf 4', createdAt: moment(0) })
      expect(items.map(({ delta }) => delta)).toEqual([-2, -1, 2, 5])

      const paged: LedgerEntry[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const page: Page<LedgerEntry> = await ledger({ limit: 1, ...(after === undefined ? {} : { after }) })
        paged.push(...page.items)
        after = page.next
      }
      expect(paged).toEqual(items)
      expect((await ledger({ locationId: north.id })).items.map(({ delta }) => delta)).toEqual([-1, 5])
      expect((await ledger({ sku: 'NONE' })).items).toEqual([])
    })

    it('refuses what is no cursor of theirs', async () => {
      await stocked(storage(), { A: 1, B: 1 })
      const { next } = await listLevels({ limit: 1 })
      for (const after of ['nonsense', Buffer.from('x~y').toString('base64url')]) {
        await expect(listLevels({ after })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
        await expect(ledger({ after })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      }
      await expect(ledger({ after: next ?? '' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })
  })
}
