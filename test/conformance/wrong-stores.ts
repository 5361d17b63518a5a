import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { CartId, Storage, StorageTransaction } from '@cartwright/core/ports'
import {
  auditSuite,
  cartSuite,
  catalogSuite,
  creditSuite,
  idempotencySuite,
  inboxSuite,
  migrationSuite,
  orderSuite,
  outboxSuite,
  paymentSuite,
  priceListSuite,
  promotionSuite,
  quoteSuite,
  returnSuite,
  reviewSuite,
  searchSettingsSuite,
  stockSuite,
  storageSuite,
  workFailureSuite,
} from '@cartwright/testing/conformance'
import { creditReturnedTwice } from '../planted/credit/credit-returned-twice.ts'
import { keyWithoutFingerprint } from '../planted/keys/key-without-fingerprint.ts'
import { overlay, withFault } from '../planted/overlay.ts'
import { everyDelivery } from '../planted/payments/every-delivery.ts'
import { refundBeyondCapture } from '../planted/payments/refund-beyond-capture.ts'
import { codeNotCounted } from '../planted/promotions/code-not-counted.ts'
import { ratingNotTakenBack } from '../planted/reviews/rating-not-taken-back.ts'
import { forgottenHolds } from '../planted/stock/forgotten-holds.ts'
import { inStore, on } from './faulty-database.ts'
import type { WrongAdapter } from './wrong-adapter.ts'

/** Writes every copy, older ones than the stored cart too. */
async function keptWhateverIsThere(carts: StorageTransaction['carts'], { copies }: Parameters<StorageTransaction['carts']['keep']>[0]) {
  const written = new Set<CartId>()
  for (const { cart, custody } of copies) {
    const stored = await carts.find({ cartId: cart.id, owner: { type: 'any' } })
    if (stored === undefined) await carts.keep({ copies: [{ cart, custody }] })
    else await carts.save({ cart, expectedVersion: stored.version })
    written.add(cart.id)
  }
  return written
}

/** Ends every transaction with a commit, and only then says that its work failed. */
function alwaysCommits(storage: Storage): Storage {
  return overlay(storage, {
    transaction: async (now, work) => {
      const settled = await storage.transaction(now, async (tx) => (await Promise.allSettled([(async () => work(tx))()]))[0])
      if (settled.status === 'rejected') throw settled.reason
      return settled.value
    },
  })
}

/** Lets a copy of the database answer readers that has not got anything yet. */
function readsFromAnEmptyReplica(storage: Storage): Storage {
  const replica = sqliteStorage({ file: ':memory:' })
  const migrated = replica.migrations.up()
  return overlay(storage, {
    snapshot: async (now, work, options) => {
      await migrated
      return options?.reader === undefined ? storage.snapshot(now, work, options) : replica.snapshot(now, work, options)
    },
  })
}

/** Keeps what its work rejects, in the host's transaction only. */
function keepsRejectedParts(storage: Storage): Storage {
  const { within } = storage as Storage<unknown>
  return overlay(storage as Storage<unknown>, { within: (host) => alwaysCommits(within?.(host) as Storage) }) as Storage
}

/** Hears of every commit in this process, and goes on hearing after it was told to stop. */
function cannotStopWatching(storage: Storage): Storage {
  const listeners = new Set<() => void>()
  return overlay(storage, {
    transaction: async (now, work) => {
      const result = await storage.transaction(now, work)
      for (const hear of listeners) hear()
      return result
    },
    watch: (onChange) => {
      listeners.add(onChange)
      return { close: async () => undefined }
    },
  })
}

function planRuns(storage: Storage): Storage {
  const migrations = overlay(storage.migrations, {
    plan: async (direction) => {
      const plan = await storage.migrations.plan(direction)
      if (direction === 'up') await storage.migrations.up()
      return plan
    },
  })
  return overlay(storage, { migrations })
}

let imports = 0

export const wrongStores: readonly WrongAdapter[] = [
  {
    suite: 'storageSuite',
    fault: 'a storage that commits what its work rejects',
    caughtBy: 'keeps nothing when the work rejects',
    register: on(storageSuite, alwaysCommits),
  },
  {
    suite: 'storageSuite',
    fault: 'a storage whose replica answers before it has what its reader wrote',
    caughtBy: 'find each change of their cart',
    register: on(storageSuite, readsFromAnEmptyReplica),
  },
  {
    suite: 'storageSuite',
    fault: "a storage that leaves what was rejected in the host's transaction",
    caughtBy: 'a rejection gets through unchanged, undoes its own part alone',
    register: on(storageSuite, keepsRejectedParts),
  },
  {
    suite: 'storageSuite',
    fault: 'a storage that cannot be told to stop watching',
    caughtBy: 'is heard by everyone who watches, until they close',
    register: on(storageSuite, cannotStopWatching, { watches: true }),
  },
  {
    suite: 'migrationSuite',
    fault: 'a plan that is carried out',
    caughtBy: 'plans what up would run',
    register: on(migrationSuite, planRuns, { schema: 'none' }),
  },
  {
    suite: 'catalogSuite',
    fault: 'an import that writes every product again',
    caughtBy: 'are left untouched when their content hash',
    register: on(
      catalogSuite,
      inStore('catalog', (catalog) =>
        overlay(catalog, {
          upsertProducts: (drafts) => {
            imports += 1
            return catalog.upsertProducts(drafts.map((draft) => ({ ...draft, contentHash: `import ${imports}` })))
          },
        }),
      ),
    ),
  },
  {
    suite: 'catalogSuite',
    fault: 'a listing that repeats the first row of the next page',
    caughtBy: 'shows every product once, in order, in pages of 5',
    register: on(
      catalogSuite,
      inStore('catalog', (catalog) =>
        overlay(catalog, {
          listProducts: async (query) => {
            const page = await catalog.listProducts({ ...query, limit: Math.max(1, query.limit - 1) })
            const more = page.next === null ? undefined : await catalog.listProducts({ ...query, limit: 1, after: page.next })
            return { items: [...page.items, ...(more?.items ?? [])].slice(0, query.limit), next: page.next }
          },
        }),
      ),
    ),
  },
  { suite: 'stockSuite', fault: 'a stock that forgets what is held', caughtBy: 'gives the last unit', register: on(stockSuite, forgottenHolds) },
  {
    suite: 'cartSuite',
    fault: 'a cart that the last writer wins',
    caughtBy: 'writes nothing when the version is another one',
    register: on(
      cartSuite,
      inStore('carts', (carts) =>
        overlay(carts, {
          save: async ({ cart }) => {
            const stored = await carts.find({ cartId: cart.id, owner: { type: 'any' } })
            return stored === undefined ? 'stale' : carts.save({ cart, expectedVersion: stored.version })
          },
        }),
      ),
    ),
  },
  {
    suite: 'cartSuite',
    fault: 'copies of carts of which the last one wins',
    caughtBy: 'lets only a newer version win',
    register: on(
      cartSuite,
      inStore('carts', (carts) => overlay(carts, { keep: (params) => keptWhateverIsThere(carts, params) })),
    ),
  },
  {
    suite: 'quoteSuite',
    fault: 'a quote that goes a millisecond early',
    caughtBy: 'deletes what expired before a time',
    register: on(
      quoteSuite,
      inStore('quotes', (quotes) => overlay(quotes, { prune: ({ before, limit }) => quotes.prune({ before: new Date(before.getTime() + 1), limit }) })),
    ),
  },
  {
    suite: 'orderSuite',
    fault: 'an order that everyone may read',
    caughtBy: 'shows an order to its owner, and to nobody else',
    register: on(
      orderSuite,
      inStore('orders', (orders) => overlay(orders, { find: ({ key }) => orders.find({ key, owner: { type: 'any' } }) })),
    ),
  },
  {
    suite: 'orderSuite',
    fault: 'a refund that forgets the units it is for',
    caughtBy: 'are given back with their lines, oldest first',
    register: on(
      orderSuite,
      inStore('orders', (orders) => overlay(orders, { insertRefund: (refund) => orders.insertRefund({ ...refund, lines: [] }) })),
    ),
  },
  {
    suite: 'stockSuite',
    fault: 'a stock that gives all units of a reservation back for one',
    caughtBy: 'lets others have some units, leaves the rest reserved',
    register: on(
      stockSuite,
      inStore('stock', (stock) =>
        overlay(stock, {
          giveBack: async (params) => {
            const released = await stock.release(params)
            return released.outcome === 'changed' ? { outcome: 'given', finished: true, given: [], changes: released.changes } : released
          },
        }),
      ),
    ),
  },
  {
    suite: 'paymentSuite',
    fault: 'a refund that is queued whatever was captured',
    caughtBy: 'are never queued beyond what was captured',
    register: on(paymentSuite, refundBeyondCapture),
  },
  {
    suite: 'paymentSuite',
    fault: 'a due payment that every worker gets',
    caughtBy: 'go to one of eight workers, and again once the lease is over',
    register: on(
      paymentSuite,
      inStore('payments', (payments, { now }) => overlay(payments, { claimDue: ({ limit }) => payments.claimDue({ limit, leaseUntil: now }) })),
    ),
  },
  {
    suite: 'returnSuite',
    fault: 'a return that the last writer wins',
    caughtBy: 'is saved with what came, and its next step',
    register: on(
      returnSuite,
      inStore('returns', (returns) =>
        overlay(returns, {
          save: async ({ returned, history }) => {
            const stored = await returns.find({ returnId: returned.id, owner: { type: 'any' } })
            const version = (stored?.version ?? 0) + 1
            return returns.save({ returned: { ...returned, version }, expectedVersion: version - 1, history: { ...history, version } })
          },
        }),
      ),
    ),
  },
  {
    suite: 'reviewSuite',
    fault: 'a rating that forgets what was taken back',
    caughtBy: 'end with the last review',
    register: on(reviewSuite, ratingNotTakenBack),
  },
  {
    suite: 'promotionSuite',
    fault: 'a code whose uses are not counted',
    caughtBy: 'give a code that may be used once to one of 16',
    register: on(promotionSuite, codeNotCounted),
  },
  {
    suite: 'priceListSuite',
    fault: 'lists that count for everybody, whatever groups they name',
    caughtBy: 'counts for the groups that it names, and for nobody else',
    register: on(
      priceListSuite,
      inStore('priceLists', (lists) => overlay(lists, { save: ({ list, expectedVersion }) => lists.save({ list: { ...list, groups: [] }, expectedVersion }) })),
    ),
  },
  {
    suite: 'creditSuite',
    fault: 'credit that is given back without being marked',
    caughtBy: 'is given back once, in parts',
    register: on(creditSuite, creditReturnedTwice),
  },
  {
    suite: 'inboxSuite',
    fault: 'an inbox that takes an event each time it comes',
    caughtBy: 'is done once for an id of one provider',
    register: on(inboxSuite, everyDelivery),
  },
  {
    suite: 'outboxSuite',
    fault: 'a reader that is moved past what it has not read',
    caughtBy: 'goes on where the cursor stands',
    register: on(
      outboxSuite,
      inStore('outbox', (outbox) => overlay(outbox, { read: async (params) => ({ ...(await outbox.read(params)), cursor: await outbox.head() }) })),
    ),
  },
  {
    suite: 'idempotencySuite',
    fault: 'a key that takes any parameters',
    caughtBy: 'tells other parameters under the same key',
    register: on(idempotencySuite, keyWithoutFingerprint),
  },
  {
    suite: 'workFailureSuite',
    fault: 'a retry that names a row and makes the whole job due',
    caughtBy: 'makes parked work due now, as if it had never been tried',
    register: on(
      workFailureSuite,
      inStore('workFailures', (failures) => overlay(failures, { retry: ({ job }) => failures.retry({ job }) })),
    ),
  },
  {
    suite: 'searchSettingsSuite',
    fault: 'settings that replace whatever is there',
    caughtBy: 'refuses to replace another version than the one named',
    register: on(
      searchSettingsSuite,
      inStore('searchSettings', (store) =>
        overlay(store, { save: async (settings) => store.save({ ...settings, version: (await store.read({}))?.version ?? settings.version }) }),
      ),
    ),
  },
  {
    suite: 'auditSuite',
    fault: 'an audit that finds nothing, ever',
    caughtBy: 'of I6 is refused by a constraint, or reported: a confirmed order that is paid a cent too little',
    register: on(auditSuite, (storage) =>
      withFault(
        storage,
        (tx) => tx,
        (snapshot) =>
          overlay(snapshot, {
            audit: { run: async (params) => (await snapshot.audit.run(params)).map((result) => ({ ...result, violations: 0, samples: [] })) },
          }),
      ),
    ),
  },
]
