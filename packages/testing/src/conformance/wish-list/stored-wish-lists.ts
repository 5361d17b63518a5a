import type { OwnWishList, Storage, StorageTransaction, WishList, WishListId } from '@cartwright/core/ports'
import { aDraft, aVariant, upsert } from '../catalog/stored-products.ts'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { ids } from '../fixtures.ts'
import { at } from '../moments.ts'

/** Goods to wish for. */
export async function storedGoods(storage: Storage, skus: readonly string[]): Promise<void> {
  await upsert(storage, [aDraft('goods', { variants: skus.map((sku) => aVariant(sku)) })])
}

/** An empty list of a new customer's. */
export async function storedWishList(storage: Storage, name = 'Birthday'): Promise<OwnWishList> {
  const own = { customerId: (await insertedCustomer(storage)).id, wishListId: ids.next<WishListId>() }
  await change(storage, (lists) => lists.insert({ ...own, name }))
  return own
}

/** One change in a transaction of its own. */
export function change<T>(storage: Storage, work: (lists: StorageTransaction['wishLists']) => Promise<T>, atMs = 0): Promise<T> {
  return storage.transaction(at(atMs), (tx) => work(tx.wishLists))
}

export function read(storage: Storage, own: OwnWishList): Promise<WishList | undefined> {
  return storage.snapshot(at(0), ({ wishLists }) => wishLists.find(own), { reader: { type: 'customer', customerId: own.customerId } })
}

export function readShared(storage: Storage, tokenHash: string): Promise<WishList | undefined> {
  return storage.snapshot(at(0), ({ wishLists }) => wishLists.findShared({ tokenHash }), { fresh: true })
}
