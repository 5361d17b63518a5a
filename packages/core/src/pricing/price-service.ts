import { requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import { isBuyable } from '../catalog/product.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { PriceListChange } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { CustomerId, PriceListId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { priceSteps, type UnitPrice } from './list-price.ts'
import type { PriceList, PriceStep } from './price-list.ts'
import {
  type ListPriceListsInput,
  type ListPricesInput,
  listPriceListsInput,
  listPricesInput,
  type OfPriceListInput,
  ofPriceListInput,
  type PricesForInput,
  pricesForInput,
  type RemovePricesInput,
  removePricesInput,
  type SavePriceListInput,
  type SetPricesInput,
  savePriceListInput,
  setPricesInput,
} from './price-list-input.ts'

/** What a SKU costs the one who asks. */
export interface BuyersPrice {
  readonly sku: string
  readonly currency: Currency
  /** The variant's own price. */
  readonly regularMinor: number
  /** What one unit costs from each quantity on at which that changes, beginning with 1. */
  readonly steps: readonly (UnitPrice & { readonly minQuantity: number })[]
}

/** Price lists: prices for customer groups, for larger quantities, for some time. Carts, quotes and orders use them by themselves. */
export class PriceService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * What these SKUs cost the one who asks, for pages that show products: a customer's groups and the time count. SKUs that cannot be bought in the currency are
   * left out.
   *
   * @param params - `currency` defaults to the shop's; 200 SKUs at most.
   */
  async for(params: PricesForInput): Promise<readonly BuyersPrice[]> {
    const { actor, skus, currency = this.#context.currency } = parseInput(pricesForInput, params)
    const customerId = actor.type === 'customer' ? (actor.customerId as CustomerId) : null
    const { storage, clock } = this.#context
    const rows = await storage.snapshot(clock.now(), ({ catalog }) => catalog.sellables({ skus, currency, customerId }))
    const bySku = new Map(rows.filter(isBuyable).map((row) => [row.sku, row]))
    return [...new Set(skus)].flatMap((sku): BuyersPrice[] => {
      const row = bySku.get(sku)
      return row === undefined ? [] : [{ sku, currency, regularMinor: row.price.amountMinor, steps: priceSteps(row) }]
    })
  }

  /**
   * Makes a list, or changes the one of this code to what is said here. Staff only. Its prices stay.
   *
   * @throws FORBIDDEN; INVALID_INPUT also for another currency than the list has: its prices would become others; CONFLICT
   */
  async save(params: SavePriceListInput): Promise<PriceList> {
    const { actor, ...wanted } = parseInput(savePriceListInput, params)
    requireStaff(actor)
    return this.#transaction(async (tx) => {
      const before = await tx.priceLists.find({ code: wanted.code })
      if (before !== undefined && before.currency !== wanted.currency) {
        const message = `stays ${before.currency}: make another list`
        throw new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'currency', message }] } })
      }
      const made = before ?? { id: this.#context.ids.next<PriceListId>(), createdAt: tx.now, version: 0 }
      const { id, createdAt, version } = made
      const list: PriceList = { ...wanted, groups: [...new Set(wanted.groups)].sort(), id, createdAt, updatedAt: tx.now, version: version + 1 }
      return this.#write(tx, list, before === undefined ? null : before.version, 'saved')
    })
  }

  /** Staff only. @throws FORBIDDEN, NOT_FOUND */
  async get(params: OfPriceListInput): Promise<PriceList> {
    const { actor, code } = parseInput(ofPriceListInput, params)
    requireStaff(actor)
    return this.#snapshot(async ({ priceLists }) => required(await priceLists.find({ code })))
  }

  /** Every list, by code. Staff only. @throws FORBIDDEN */
  async list(params: ListPriceListsInput): Promise<Page<PriceList>> {
    const { actor, limit, after } = parseInput(listPriceListsInput, params)
    requireStaff(actor)
    return this.#snapshot(({ priceLists }) => priceLists.list({ limit, ...(after === undefined ? {} : { after }) }))
  }

  /** The prices of a list, by SKU and quantity. Staff only. @throws FORBIDDEN, NOT_FOUND */
  async prices(params: ListPricesInput): Promise<Page<PriceStep>> {
    const { actor, code, limit, after } = parseInput(listPricesInput, params)
    requireStaff(actor)
    return this.#snapshot(async ({ priceLists }) => {
      const { id } = required(await priceLists.find({ code }))
      return priceLists.prices({ priceListId: id, limit, ...(after === undefined ? {} : { after }) })
    })
  }

  /**
   * Puts prices into a list, in place of those it has of the same SKU and quantity. Staff only.
   *
   * @param params - 1,000 prices at most; `minQuantity` is the number of units from which one counts. @default 1
   * @returns the SKUs that do not exist: nothing was done about those, and the rest was put in.
   * @throws FORBIDDEN, NOT_FOUND, CONFLICT
   */
  async setPrices(params: SetPricesInput): Promise<{ readonly set: number; readonly unknownSkus: readonly string[] }> {
    const { actor, code, prices } = parseInput(setPricesInput, params)
    requireStaff(actor)
    return this.#transaction(async (tx) => {
      const list = required(await tx.priceLists.find({ code }))
      const skus = [...new Set(prices.map(({ sku }) => sku))]
      const known = await tx.catalog.skuOwners({ skus })
      const writable = prices.filter(({ sku }) => known.has(sku))
      if (writable.length > 0) {
        await this.#touch(tx, list, 'prices')
        await tx.priceLists.putPrices({ priceListId: list.id, prices: writable })
      }
      return { set: writable.length, unknownSkus: skus.filter((sku) => !known.has(sku)) }
    })
  }

  /** Takes all prices of some SKUs out of a list. Staff only. @throws FORBIDDEN, NOT_FOUND, CONFLICT */
  async removePrices(params: RemovePricesInput): Promise<{ readonly removed: number }> {
    const { actor, code, skus } = parseInput(removePricesInput, params)
    requireStaff(actor)
    return this.#transaction(async (tx) => {
      const list = required(await tx.priceLists.find({ code }))
      await this.#touch(tx, list, 'prices')
      return { removed: await tx.priceLists.removePrices({ priceListId: list.id, skus }) }
    })
  }

  /** Deletes a list with its prices; orders keep what they were sold at. Staff only. @throws FORBIDDEN, NOT_FOUND, CONFLICT */
  async delete(params: OfPriceListInput): Promise<void> {
    const { actor, code } = parseInput(ofPriceListInput, params)
    requireStaff(actor)
    await this.#transaction(async (tx) => {
      const list = required(await tx.priceLists.find({ code }))
      if ((await tx.priceLists.delete({ priceListId: list.id, expectedVersion: list.version })) === 'stale') throw overtaken()
      await this.#tell(tx, { ...list, version: list.version + 1 }, 'deleted')
    })
  }

  /** The next version of a list whose prices change: whoever else is at it comes after, or is told of the conflict. */
  #touch(tx: StorageTransaction, list: PriceList, change: PriceListChange): Promise<PriceList> {
    return this.#write(tx, { ...list, updatedAt: tx.now, version: list.version + 1 }, list.version, change)
  }

  async #write(tx: StorageTransaction, list: PriceList, expectedVersion: number | null, change: PriceListChange): Promise<PriceList> {
    if ((await tx.priceLists.save({ list, expectedVersion })) !== 'saved') throw overtaken()
    await this.#tell(tx, list, change)
    return list
  }

  async #tell(tx: StorageTransaction, { id, code, version }: PriceList, change: PriceListChange): Promise<void> {
    const subject = { aggregateType: 'price_list', aggregateId: id, aggregateVersion: version } as const
    await tx.outbox.append([makeEvent(this.#context, tx.now, 'price_list.changed', subject, { priceListId: id, code, change })])
  }

  #transaction<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }

  #snapshot<T>(read: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), read, { fresh: true })
  }
}

/** @throws NOT_FOUND */
function required(list: PriceList | undefined): PriceList {
  if (list === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'price list' } })
  return list
}

function overtaken(): CommerceError {
  return new CommerceError('CONFLICT', { details: { object: 'price list' } })
}
