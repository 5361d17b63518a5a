import type { PriceList } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { aDraft, aVariant, upsert } from '../catalog/stored-products.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aPriceList, step, storedList } from './stored-price-lists.ts'

export function keepingBehaviour(options: StorageSuiteOptions): void {
  describe('keeping', () => {
    const storage = testStorage(options)
    const find = (code: string) => storage().snapshot(at(0), ({ priceLists }) => priceLists.find({ code }), { fresh: true })
    const save = (list: PriceList, expectedVersion: number | null) => storage().transaction(at(0), (tx) => tx.priceLists.save({ list, expectedVersion }))
    const prices = async ({ id }: PriceList, limit = 10, after?: string) =>
      storage().snapshot(at(0), ({ priceLists }) => priceLists.prices({ priceListId: id, limit, ...(after === undefined ? {} : { after }) }), { fresh: true })
    const goods = (...skus: readonly string[]) => upsert(storage(), [aDraft('goods', { variants: skus.map((sku) => aVariant(sku)) })])

    it('gives back what was put in, and what a later version says instead', async () => {
      const list = await storedList(storage(), { groups: ['club', 'trade'], priority: -3, startsAt: moment(1), endsAt: moment(2) })
      expect(await find(list.code)).toEqual(list)
      const later = { ...list, name: 'Another “Ünï”', groups: ['staff'], priority: 7, active: false, startsAt: null, updatedAt: moment(5), version: 2 }
      expect(await save(later, 1)).toBe('saved')
      expect(await find(list.code)).toEqual(later)
      expect(await find('nothing')).toBeUndefined()
    })

    it('writes nothing over another version, nor a second list of a code', async () => {
      const list = await storedList(storage(), { groups: ['club'] })
      expect(await save({ ...list, groups: [], version: 3 }, 2)).toBe('stale')
      expect(await save(aPriceList({ code: list.code }), null)).toBe('code_taken')
      expect(await find(list.code)).toEqual(list)
    })

    it('lets one of many writers win, of a new code and of a version', async () => {
      const { code } = aPriceList()
      const made = await Promise.all(Array.from({ length: 6 }, () => save(aPriceList({ code }), null)))
      expect([...made].sort()).toEqual([...new Array(5).fill('code_taken'), 'saved'])
      const list = (await find(code)) as PriceList
      const moved = await Promise.all(Array.from({ length: 6 }, (_, priority) => save({ ...list, priority, version: 2 }, 1)))
      expect([...moved].sort()).toEqual(['saved', ...new Array(5).fill('stale')])
    })

    it('has one price for a SKU and quantity, the last, in pages by SKU and quantity', async () => {
      await goods('A', 'B')
      const list = await storedList(storage(), {}, [step('B', 5), step('A', 9, 10), step('A', 10)])
      await storage().transaction(at(0), (tx) => tx.priceLists.putPrices({ priceListId: list.id, prices: [step('A', 8, 10), step('A', 7, 100)] }))
      const first = await prices(list, 3)
      expect(first.items).toEqual([step('A', 10), step('A', 8, 10), step('A', 7, 100)])
      expect(await prices(list, 3, first.next ?? '')).toEqual({ items: [step('B', 5)], next: null })
      await expect(prices(list, 3, 'nonsense')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })

    it('has no price of a SKU that does not exist, from a quantity below one, or below nothing', async () => {
      await goods('A')
      const list = await storedList(storage())
      for (const wrong of [step('NOTHING', 1), step('A', 1, 0), step('A', -1)]) {
        const put = storage().transaction(at(0), (tx) => tx.priceLists.putPrices({ priceListId: list.id, prices: [wrong] }))
        await expect(put).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
      }
    })

    it('takes the prices of a SKU away, or the list with all', async () => {
      await goods('A', 'B')
      const [list, other] = [
        await storedList(storage(), { groups: ['club'] }, [step('A', 1), step('A', 1, 5), step('B', 1)]),
        await storedList(storage(), {}, [step('A', 2)]),
      ]
      const remove = (skus: readonly string[]) => storage().transaction(at(0), (tx) => tx.priceLists.removePrices({ priceListId: list.id, skus }))
      expect([await remove(['A']), await remove(['A'])]).toEqual([2, 0])
      expect((await prices(list)).items).toEqual([step('B', 1)])
      const drop = (expectedVersion: number) => storage().transaction(at(0), (tx) => tx.priceLists.delete({ priceListId: list.id, expectedVersion }))
      expect([await drop(2), await drop(1), await drop(1)]).toEqual(['stale', 'deleted', 'stale'])
      expect(await find(list.code)).toBeUndefined()
      expect((await prices(other)).items).toEqual([step('A', 2)])
    })

    it('lists by code, each once, with its groups', async () => {
      const stored = [
        await storedList(storage(), { code: 'b' }),
        await storedList(storage(), { code: 'c', groups: ['club'] }),
        await storedList(storage(), { code: 'a' }),
      ]
      const list = (after?: string) =>
        storage().snapshot(at(0), ({ priceLists }) => priceLists.list({ limit: 2, ...(after === undefined ? {} : { after }) }), { fresh: true })
      const first = await list()
      expect(first.items).toEqual([stored[2], stored[0]])
      expect(await list(first.next ?? '')).toEqual({ items: [stored[1]], next: null })
      await expect(list('nonsense')).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    })
  })
}
