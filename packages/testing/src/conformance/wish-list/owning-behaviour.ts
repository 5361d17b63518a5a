import type { CustomerId, OwnWishList, WishListStore } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { change, read, readShared, storedGoods, storedWishList } from './stored-wish-lists.ts'

/** Every change of a list, as a customer would make it to one that is not theirs. */
const changes: readonly ((lists: WishListStore, own: OwnWishList) => Promise<unknown>)[] = [
  (lists, own) => lists.rename({ ...own, name: 'Stolen' }),
  (lists, own) => lists.putItem({ ...own, sku: 'B' }),
  (lists, own) => lists.putItem({ ...own, sku: 'A', note: 'stolen' }),
  (lists, own) => lists.removeItems({ ...own, skus: ['A'] }),
  (lists, own) => lists.share({ ...own, sharing: { tokenHash: 'stolen', notes: true } }),
  (lists, own) => lists.share({ ...own, sharing: null }),
  (lists, own) => lists.delete(own),
]

export function owningBehaviour(options: StorageSuiteOptions): void {
  describe('owning', () => {
    const storage = testStorage(options)

    it('lets nobody else see or change a list, nor tells a foreign one from a missing one', async () => {
      await storedGoods(storage(), ['A', 'B'])
      const own = await storedWishList(storage())
      await change(storage(), (lists) => lists.putItem({ ...own, sku: 'A', note: 'mine' }))
      await change(storage(), (lists) => lists.share({ ...own, sharing: { tokenHash: 'hash', notes: true } }))
      const before = await read(storage(), own)
      const { customerId } = await storedWishList(storage())
      const foreign = { customerId, wishListId: own.wishListId }
      const missing = { customerId, wishListId: ids.next<OwnWishList['wishListId']>() }
      for (const work of changes) {
        const [ofForeign, ofMissing] = [
          await change(storage(), (lists) => work(lists, foreign), 1),
          await change(storage(), (lists) => work(lists, missing), 1),
        ]
        expect([false, 'missing']).toContain(ofForeign)
        expect(ofMissing).toBe(ofForeign)
      }
      expect(await read(storage(), foreign)).toBeUndefined()
      expect(await read(storage(), own)).toEqual(before)
      expect(await readShared(storage(), 'hash')).toEqual(before)
    })

    it('has no list for a customer who is not there', async () => {
      const nobody = { customerId: 'nobody' as CustomerId, wishListId: ids.next<OwnWishList['wishListId']>() }
      expect(await change(storage(), (lists) => lists.insert({ ...nobody, name: 'Nothing' }))).toBe('missing')
      expect(await read(storage(), nobody)).toBeUndefined()
    })

    it('is read by the last token only, and by none once it is not shared', async () => {
      const own = await storedWishList(storage())
      const share = (sharing: Parameters<WishListStore['share']>[0]['sharing'], atMs: number) =>
        change(storage(), (lists) => lists.share({ ...own, sharing }), atMs)
      expect(await share({ tokenHash: 'first', notes: true }, 1)).toBe(true)
      expect(await readShared(storage(), 'first')).toMatchObject({ id: own.wishListId, shared: { since: moment(1), notes: true } })
      await share({ tokenHash: 'second', notes: false }, 2)
      expect(await readShared(storage(), 'first')).toBeUndefined()
      expect(await readShared(storage(), 'second')).toMatchObject({ id: own.wishListId, shared: { since: moment(2), notes: false } })
      expect([await share(null, 3), await share(null, 4)]).toEqual([true, true])
      expect(await readShared(storage(), 'second')).toBeUndefined()
      expect((await read(storage(), own))?.shared).toBeNull()
    })

    it('is gone with its customer, and with nobody else', async () => {
      await storedGoods(storage(), ['A'])
      const [own, other] = [await storedWishList(storage()), await storedWishList(storage())]
      for (const list of [own, other]) await change(storage(), (lists) => lists.putItem({ ...list, sku: 'A', note: 'a canary' }))
      await change(storage(), (lists) => lists.share({ ...own, sharing: { tokenHash: 'hash', notes: true } }))
      await storage().transaction(at(1), async (tx) => {
        await tx.customers.lock(own)
        await tx.customers.erase({ customerId: own.customerId, pseudonym: 'erased-1' as CustomerId })
      })
      expect([await read(storage(), own), await readShared(storage(), 'hash')]).toEqual([undefined, undefined])
      expect((await read(storage(), other))?.items).toHaveLength(1)
    })

    it('is gone with its customer, whatever is done to it at the same moment', async () => {
      await storedGoods(storage(), ['A', 'B', 'C', 'D'])
      const own = await storedWishList(storage())
      const other = await storage.another()
      const work = ['A', 'B', 'C', 'D'].map((sku) => () => change(storage(), (lists) => lists.putItem({ ...own, sku })))
      const erase = async () => {
        await other.transaction(at(1), async (tx) => {
          await tx.customers.lock(own)
          await tx.customers.erase({ customerId: own.customerId, pseudonym: 'erased-1' as CustomerId })
        })
      }
      const answers = await Promise.all([...work.slice(0, 2), erase, ...work.slice(2)].map((each) => each()))
      expect(answers.filter((answer) => answer !== undefined && answer !== 'added' && answer !== 'missing')).toEqual([])
      expect(await read(storage(), own)).toBeUndefined()
    })
  })
}
