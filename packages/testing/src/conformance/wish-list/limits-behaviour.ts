import { maxWishListItems, maxWishLists, type OwnWishList, type Storage, type WishListId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { change, read, storedGoods, storedWishList } from './stored-wish-lists.ts'

const skus = Array.from({ length: maxWishListItems + 8 }, (_, index) => `SKU-${index}`)

/** Puts all but two of as many SKUs as there may be on a list. */
async function nearlyFill(storage: Storage, own: OwnWishList): Promise<void> {
  await storedGoods(storage, skus)
  await storage.transaction(at(0), async ({ wishLists }) => {
    for (const sku of skus.slice(0, maxWishListItems - 2)) await wishLists.putItem({ ...own, sku })
  })
}

export function limitsBehaviour(options: StorageSuiteOptions): void {
  describe('limits', () => {
    const storage = testStorage(options)

    it(`lets a customer have ${maxWishLists} lists, also of many that come at once, and another once there is room`, async () => {
      const own = await storedWishList(storage())
      const handles = [storage(), await storage.another()]
      const insert = (index: number) => {
        const wishListId = ids.next<WishListId>()
        return change(handles[index % 2] as Storage, (lists) => lists.insert({ ...own, wishListId, name: 'Another' }))
      }
      const answers = await Promise.all(Array.from({ length: maxWishLists + 4 }, (_, index) => insert(index)))
      expect(answers.filter((answer) => answer === 'inserted')).toHaveLength(maxWishLists - 1)
      expect(answers.filter((answer) => answer === 'full')).toHaveLength(5)
      await change(storage(), (lists) => lists.delete(own))
      expect([await insert(0), await insert(1)]).toEqual(['inserted', 'full'])
    })

    it(`lets a list have ${maxWishListItems} SKUs, also of many that come at once, and another once there is room`, async () => {
      const own = await storedWishList(storage())
      await nearlyFill(storage(), own)
      const handles = [storage(), await storage.another()]
      const put = (sku: string, index: number) => change(handles[index % 2] as Storage, (lists) => lists.putItem({ ...own, sku }))
      const answers = await Promise.all(skus.slice(maxWishListItems - 2).map(put))
      expect([...answers].sort()).toEqual(['added', 'added', ...new Array(8).fill('full')])
      expect(await put('SKU-0', 0)).toBe('there')
      await change(storage(), (lists) => lists.removeItems({ ...own, skus: ['SKU-0'] }))
      expect([await put('SKU-0', 0), (await read(storage(), own))?.items.length]).toEqual(['added', maxWishListItems])
    })

    it('puts a SKU on a list once, however many do so at once', async () => {
      await storedGoods(storage(), ['A'])
      const own = await storedWishList(storage())
      const handles = [storage(), await storage.another()]
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => change(handles[index % 2] as Storage, (lists) => lists.putItem({ ...own, sku: 'A' }))),
      )
      expect([...answers].sort()).toEqual(['added', ...new Array(7).fill('there')])
      expect((await read(storage(), own))?.items).toHaveLength(1)
    })
  })
}
