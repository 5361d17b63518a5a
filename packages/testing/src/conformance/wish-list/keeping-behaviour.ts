import type { WishListId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { change, read, readShared, storedGoods, storedWishList } from './stored-wish-lists.ts'

export function keepingBehaviour(options: StorageSuiteOptions): void {
  describe('keeping', () => {
    const storage = testStorage(options)

    it('gives back a new list, and what it is called later', async () => {
      const own = await storedWishList(storage(), 'Für “Ünï”')
      const list = { id: own.wishListId, customerId: own.customerId, name: 'Für “Ünï”', shared: null, items: [], createdAt: start, updatedAt: start }
      expect(await read(storage(), own)).toEqual(list)
      expect(await change(storage(), (lists) => lists.rename({ ...own, name: 'Wedding' }), 5)).toBe(true)
      expect(await read(storage(), own)).toEqual({ ...list, name: 'Wedding', updatedAt: moment(5) })
    })

    it('keeps SKUs in the order they were added, each once, with a note that only another one replaces', async () => {
      await storedGoods(storage(), ['A', 'B'])
      const own = await storedWishList(storage())
      const put = (atMs: number, sku: string, note?: string | null) =>
        change(storage(), (lists) => lists.putItem({ ...own, sku, ...(note === undefined ? {} : { note }) }), atMs)
      expect([await put(1, 'B', 'in blue'), await put(2, 'A'), await put(3, 'B')]).toEqual(['added', 'added', 'there'])
      const [b, a] = [
        { sku: 'B', note: 'in blue', addedAt: moment(1) },
        { sku: 'A', note: null, addedAt: moment(2) },
      ]
      expect(await read(storage(), own)).toMatchObject({ items: [b, a], updatedAt: moment(2) })
      expect([await put(4, 'A', 'two of them'), await put(5, 'B', null)]).toEqual(['there', 'there'])
      expect(await read(storage(), own)).toMatchObject({
        items: [
          { ...b, note: null },
          { ...a, note: 'two of them' },
        ],
        updatedAt: moment(5),
      })
    })

    it('has no SKU that does not exist', async () => {
      const own = await storedWishList(storage())
      await expect(change(storage(), (lists) => lists.putItem({ ...own, sku: 'NOTHING' }))).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
    })

    it('loses the SKUs that are taken off, and no others', async () => {
      await storedGoods(storage(), ['A', 'B', 'C'])
      const own = await storedWishList(storage())
      for (const [atMs, sku] of ['A', 'B', 'C'].entries()) await change(storage(), (lists) => lists.putItem({ ...own, sku }), atMs)
      const remove = (skus: readonly string[], atMs: number) => change(storage(), (lists) => lists.removeItems({ ...own, skus }), atMs)
      expect([await remove(['A', 'C', 'NOTHING'], 7), await remove(['A'], 8)]).toEqual([true, true])
      expect(await read(storage(), own)).toMatchObject({ items: [{ sku: 'B' }], updatedAt: moment(7) })
    })

    it('is listed oldest first with how much is on it, until it is deleted with all that is', async () => {
      await storedGoods(storage(), ['A', 'B'])
      const first = await storedWishList(storage())
      const second = { ...first, wishListId: ids.next<WishListId>() }
      await change(storage(), (lists) => lists.insert({ ...second, name: 'Later' }), 9)
      for (const sku of ['A', 'B']) await change(storage(), (lists) => lists.putItem({ ...first, sku }))
      await change(storage(), (lists) => lists.share({ ...first, sharing: { tokenHash: 'hash', notes: false } }))
      const { customerId } = first
      const list = () => storage().snapshot(at(0), ({ wishLists }) => wishLists.list({ customerId }), { reader: { type: 'customer', customerId } })
      expect(await list()).toMatchObject([
        { id: first.wishListId, name: 'Birthday', items: 2 },
        { id: second.wishListId, name: 'Later', items: 0, createdAt: moment(9) },
      ])
      const drop = () => change(storage(), (lists) => lists.delete(first))
      expect([await drop(), await drop()]).toEqual([true, false])
      expect(await list()).toMatchObject([{ id: second.wishListId }])
      expect([await read(storage(), first), await readShared(storage(), 'hash')]).toEqual([undefined, undefined])
    })
  })
}
