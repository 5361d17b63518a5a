import type { DomainEvent } from '../events/domain-event.ts'
import type { OutboxStore } from '../events/outbox-store.ts'
import type { Timers } from '../runtime/timers.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import type { ReserveParams, ReserveResult, StockStore } from './stock-store.ts'

/**
 * One transaction as several commands see it that run in it side by side. What they reserve and what they append to the outbox within one turn of the event
 * loop is gathered and written together; every other verb goes straight through.
 *
 * Nothing parts the commands from each other: the caller sees to it that no two of them touch the same cart, order or key, and rolls all of them back when one
 * fails.
 */
export function sharedTransaction(tx: StorageTransaction, timers: Timers): StorageTransaction {
  const reserve = gathered(timers, (calls: readonly ReserveParams[]) => tx.stock.reserveMany(calls))
  const append = gathered(timers, async (calls: readonly (readonly DomainEvent[])[]) => {
    await tx.outbox.append(calls.flat())
    return calls.map(() => undefined)
  })
  return {
    now: tx.now,
    catalog: tx.catalog,
    stock: sharedStock(tx.stock, reserve),
    carts: tx.carts,
    quotes: tx.quotes,
    orders: tx.orders,
    payments: tx.payments,
    returns: tx.returns,
    reviews: tx.reviews,
    promotions: tx.promotions,
    priceLists: tx.priceLists,
    inbox: tx.inbox,
    outbox: sharedOutbox(tx.outbox, append),
    idempotency: tx.idempotency,
    workFailures: tx.workFailures,
    searchSettings: tx.searchSettings,
    customers: tx.customers,
    wishLists: tx.wishLists,
    accounts: tx.accounts,
    credit: tx.credit,
  }
}

/** Turns a call for many into one for each: calls of one turn of the event loop go together, in their order. */
function gathered<Params, Result>(timers: Timers, callForAll: (calls: readonly Params[]) => Promise<readonly Result[]>): (params: Params) => Promise<Result> {
  let waiting: { readonly params: Params; readonly done: PromiseWithResolvers<Result> }[] = []
  const flush = async () => {
    await timers.sleep(0)
    const calls = waiting
    waiting = []
    try {
      const results = await callForAll(calls.map(({ params }) => params))
      for (const [index, { done }] of calls.entries()) done.resolve(results[index] as Result)
    } catch (error) {
      for (const { done } of calls) done.reject(error)
    }
  }
  return (params) => {
    const done = Promise.withResolvers<Result>()
    waiting.push({ params, done })
    if (waiting.length === 1) void flush()
    return done.promise
  }
}

function sharedStock(stock: StockStore, reserve: (params: ReserveParams) => Promise<ReserveResult>): StockStore {
  return {
    listLocations: () => stock.listLocations(),
    levels: (params) => stock.levels(params),
    listLevels: (query) => stock.listLevels(query),
    ledger: (query) => stock.ledger(query),
    supply: (params) => stock.supply(params),
    findReservation: (params) => stock.findReservation(params),
    ensureLocation: (location) => stock.ensureLocation(location),
    reserve: (params) => (params.replaces === undefined ? reserve(params) : stock.reserve(params)),
    reserveMany: (calls) => stock.reserveMany(calls),
    takeOver: (params) => stock.takeOver(params),
    extend: (params) => stock.extend(params),
    commit: (params) => stock.commit(params),
    lock: (params) => stock.lock(params),
    release: (params) => stock.release(params),
    giveBack: (params) => stock.giveBack(params),
    consume: (params) => stock.consume(params),
    expireDue: (params) => stock.expireDue(params),
    adjust: (params) => stock.adjust(params),
    recount: (params) => stock.recount(params),
  }
}

function sharedOutbox(outbox: OutboxStore, append: (events: readonly DomainEvent[]) => Promise<void>): OutboxStore {
  return {
    read: (params) => outbox.read(params),
    head: () => outbox.head(),
    tail: () => outbox.tail(),
    consumers: () => outbox.consumers(),
    append,
    claimConsumer: (params) => outbox.claimConsumer(params),
    advanceConsumer: (params) => outbox.advanceConsumer(params),
    prune: (params) => outbox.prune(params),
  }
}
