import { hashToken, newToken, type OwnerFilter } from '../actor.ts'
import { readGoods } from '../cart/cart-view.ts'
import type { Context } from '../context.ts'
import { customerMeant } from '../customers/customer-actor.ts'
import { lockedOrNew } from '../customers/customer-writer.ts'
import { CommerceError } from '../errors.ts'
import type { CartId, CustomerId, WishListId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { type CartFilling, type MovedWishes, moveWishes, noSuchWishList } from './move-wishes.ts'
import { maxWishListItems, maxWishLists, type WishList, type WishListSummary } from './wish-list.ts'
import {
  type AddWishInput,
  addWishInput,
  type CreateWishListInput,
  createWishListInput,
  type GetWishListInput,
  getWishListInput,
  type MoveWishesInput,
  moveWishesInput,
  type OfWishListInput,
  ofWishListInput,
  type RemoveWishInput,
  type RenameWishListInput,
  removeWishInput,
  renameWishListInput,
  type SharedWishListInput,
  type ShareWishListInput,
  sharedWishListInput,
  shareWishListInput,
  type WishListsInput,
  wishListsInput,
} from './wish-list-input.ts'
import type { OwnWishList } from './wish-list-store.ts'
import { type SharedWishListView, viewSharedWishList, viewWishList, type WishListView } from './wish-list-view.ts'

interface Asked {
  readonly actor: WishListsInput['actor']
  readonly customerId?: string | undefined
  readonly wishListId: string
}

/**
 * What customers would like to have: up to `maxWishLists` lists each, of `maxWishListItems` SKUs. Customers see and change their own; staff name whom they mean. Guests
 * have none, but may read what is shared with them.
 */
export class WishListService {
  readonly #context: Context
  readonly #carts: CartFilling

  constructor(context: Context, carts: CartFilling) {
    this.#context = context
    this.#carts = carts
  }

  /** Makes an empty list that nobody else can read. Several may have one name. @throws WISH_LIST_LIMIT, FORBIDDEN for guests, NOT_FOUND for another customer's */
  async create(params: CreateWishListInput): Promise<WishList> {
    const { actor, customerId: named, name } = parseInput(createWishListInput, params)
    const own = { customerId: customerMeant(actor, named), wishListId: this.#context.ids.next<WishListId>() }
    return this.#transaction(async (tx) => {
      await lockedOrNew(this.#context, tx, own.customerId)
      if ((await tx.wishLists.insert({ ...own, name })) === 'full') throw limit('maxLists', maxWishLists)
      return stored(tx, own)
    })
  }

  /** A customer's lists, oldest first, without what is on them. @throws FORBIDDEN for guests, NOT_FOUND for another customer's */
  async list(params: WishListsInput): Promise<readonly WishListSummary[]> {
    const { actor, customerId: named } = parseInput(wishListsInput, params)
    const customerId = customerMeant(actor, named)
    return this.#read(ownerOf(actor, customerId), ({ wishLists }) => wishLists.list({ customerId }))
  }

  /**
   * A list as it could be bought now: at the prices of its customer, with what is short or not on sale any more.
   *
   * @param params - `currency` defaults to the shop's.
   * @throws NOT_FOUND, FORBIDDEN for guests
   */
  async get(params: GetWishListInput): Promise<WishListView> {
    const { currency = this.#context.currency, ...asked } = parseInput(getWishListInput, params)
    const own = owned(asked)
    return this.#read(ownerOf(asked.actor, own.customerId), async (snapshot) => {
      const list = required(await snapshot.wishLists.find(own))
      return viewWishList(list, currency, await readGoods(snapshot, { currency, customerId: own.customerId }, skusOf(list)), snapshot.now)
    })
  }

  /** @throws NOT_FOUND, FORBIDDEN for guests */
  async rename(params: RenameWishListInput): Promise<WishList> {
    const { name, ...asked } = parseInput(renameWishListInput, params)
    return this.#change(owned(asked), (tx, own) => tx.wishLists.rename({ ...own, name }))
  }

  /** Deletes a list with all that is on it. Whoever it was shared with cannot read it any more. @throws NOT_FOUND, FORBIDDEN for guests */
  async delete(params: OfWishListInput): Promise<void> {
    const own = owned(parseInput(ofWishListInput, params))
    await this.#transaction(async (tx) => {
      if (!(await tx.wishLists.delete(own))) throw noSuchWishList()
    })
  }

  /**
   * Puts a SKU on a list. One that is on it stays where it is: repeating the call changes nothing.
   *
   * @param params - `note`: the customer's own words, up to 500 characters; null takes them away. Left out, a note that is there stays.
   * @throws PRODUCT_UNAVAILABLE for what is not on sale; WISH_LIST_LIMIT, NOT_FOUND, FORBIDDEN for guests
   */
  async addItem(params: AddWishInput): Promise<WishList> {
    const { sku, note, ...asked } = parseInput(addWishInput, params)
    return this.#change(owned(asked), async (tx, own) => {
      const [sellable] = await tx.catalog.sellables({ skus: [sku], currency: this.#context.currency })
      // What can be bought in another currency, or is sold out, may be wished for.
      if (sellable?.onSale !== true) throw new CommerceError('PRODUCT_UNAVAILABLE', { details: { sku } })
      const put = await tx.wishLists.putItem({ ...own, sku, ...(note === undefined ? {} : { note }) })
      if (put === 'full') throw limit('maxItems', maxWishListItems)
      return put !== 'missing'
    })
  }

  /** Takes a SKU off a list; does nothing when it is not on it. @throws NOT_FOUND, FORBIDDEN for guests */
  async removeItem(params: RemoveWishInput): Promise<WishList> {
    const { sku, ...asked } = parseInput(removeWishInput, params)
    return this.#change(owned(asked), (tx, own) => tx.wishLists.removeItems({ ...own, skus: [sku] }))
  }

  /**
   * Moves what can be had now into a cart of the customer's, one unit each; the rest stays on the list, and `problems` says why. What the cart has already keeps its
   * quantity there. Safe to repeat: nothing is put in twice, and nothing is on neither.
   *
   * @param params - `skus`: which; by default all. Those that are not on the list do not matter.
   * @throws NOT_FOUND, of the list or the cart; CART_CLOSED, CART_LIMIT, CONFLICT: nothing was moved then; PRODUCT_UNAVAILABLE for what was taken off sale meanwhile;
   * FORBIDDEN for guests
   */
  async moveToCart(params: MoveWishesInput): Promise<MovedWishes> {
    const { cartId, skus, ...asked } = parseInput(moveWishesInput, params)
    return moveWishes(this.#context, this.#carts, owned(asked), cartId as CartId, skus)
  }

  /**
   * Lets anybody read a list who has the token that is returned. It is shown once, and stored hashed; asking again makes another, and the one before leads nowhere.
   *
   * @param params - `notes`: whether they see the owner's notes too. @default false
   * @throws NOT_FOUND, FORBIDDEN for guests
   */
  async share(params: ShareWishListInput): Promise<{ readonly wishList: WishList; readonly token: string }> {
    const { notes, ...asked } = parseInput(shareWishListInput, params)
    const token = newToken(this.#context.random)
    const sharing = { tokenHash: hashToken(token), notes }
    return { wishList: await this.#change(owned(asked), (tx, own) => tx.wishLists.share({ ...own, sharing })), token }
  }

  /** Ends that others can read a list; does nothing to one that is not shared. @throws NOT_FOUND, FORBIDDEN for guests */
  async unshare(params: OfWishListInput): Promise<WishList> {
    const asked = parseInput(ofWishListInput, params)
    return this.#change(owned(asked), (tx, own) => tx.wishLists.share({ ...own, sharing: null }))
  }

  /**
   * A list that somebody shares, as whoever looks at it could buy it now: at the prices of `actor` if that is a customer, else at those for everybody. It does not say
   * whose it is.
   *
   * @param params - `currency` defaults to the shop's.
   * @throws NOT_FOUND for a token that is wrong, or of old
   */
  async getShared(params: SharedWishListInput): Promise<SharedWishListView> {
    const { token, actor, currency = this.#context.currency } = parseInput(sharedWishListInput, params)
    const customerId = actor?.type === 'customer' ? (actor.customerId as CustomerId) : null
    const tokenHash = hashToken(token)
    const { storage, clock } = this.#context
    return storage.snapshot(
      clock.now(),
      async (snapshot) => {
        const list = required(await snapshot.wishLists.findShared({ tokenHash }))
        return viewSharedWishList(list, currency, await readGoods(snapshot, { currency, customerId }, skusOf(list)), snapshot.now)
      },
      // No replica that lags may show what is not shared any more.
      { fresh: true },
    )
  }

  /** Changes a list, and answers with what it is then. @param work - false when there is no such list */
  #change(own: OwnWishList, work: (tx: StorageTransaction, own: OwnWishList) => Promise<boolean>): Promise<WishList> {
    return this.#transaction(async (tx) => {
      if (!(await work(tx, own))) throw noSuchWishList()
      return stored(tx, own)
    })
  }

  #transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }

  #read<T>(reader: OwnerFilter, work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { reader })
  }
}

/** @throws FORBIDDEN, NOT_FOUND, INVALID_INPUT as `customerMeant` */
function owned({ actor, customerId, wishListId }: Asked): OwnWishList {
  return { customerId: customerMeant(actor, customerId), wishListId: wishListId as WishListId }
}

function ownerOf(actor: Asked['actor'], customerId: CustomerId): OwnerFilter {
  return actor.type === 'customer' ? { type: 'customer', customerId } : { type: 'any' }
}

/** @throws NOT_FOUND */
async function stored({ wishLists }: StorageTransaction, own: OwnWishList): Promise<WishList> {
  return required(await wishLists.find(own))
}

/** @throws NOT_FOUND */
function required(list: WishList | undefined): WishList {
  if (list === undefined) throw noSuchWishList()
  return list
}

function skusOf({ items }: WishList): readonly string[] {
  return items.map(({ sku }) => sku)
}

function limit(which: 'maxLists' | 'maxItems', max: number): CommerceError {
  return new CommerceError('WISH_LIST_LIMIT', { details: { limit: which, max } })
}
