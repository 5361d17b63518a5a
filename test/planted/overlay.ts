import type { ReserveParams, Storage, StorageSnapshot, StorageTransaction } from '@cartwright/core/ports'

/** The same object with some members replaced. */
export function overlay<T extends object>(target: T, replaced: Partial<T>): T {
  return new Proxy(target, {
    get(object, property) {
      if (Object.hasOwn(replaced, property)) return Reflect.get(replaced, property)
      const member: unknown = Reflect.get(object, property, object)
      return typeof member === 'function' ? member.bind(object) : member
    },
  })
}

/** The same storage, with every transaction, and every snapshot if given, passed through a faulty layer. */
export function withFault(
  storage: Storage,
  faultyTransaction: (tx: StorageTransaction) => StorageTransaction,
  faultySnapshot: (snapshot: StorageSnapshot) => StorageSnapshot = (snapshot) => snapshot,
): Storage {
  return overlay(storage, {
    transaction: (now, work) => storage.transaction(now, (tx) => work(faultyTransaction(tx))),
    snapshot: (now, work, options) => storage.snapshot(now, (snapshot) => work(faultySnapshot(snapshot)), options),
  })
}

/** The same transaction, in which claims on stock are altered before they are looked at, whichever strategy makes them. */
export function withClaims(tx: StorageTransaction, altered: (params: ReserveParams) => ReserveParams | Promise<ReserveParams>): StorageTransaction {
  const stock = overlay(tx.stock, {
    reserve: async (params) => tx.stock.reserve(await altered(params)),
    reserveMany: async (calls) => tx.stock.reserveMany(await Promise.all(calls.map(altered))),
  })
  return overlay(tx, { stock })
}

/** The same claims, granted whatever is there if `seen` units are enough for them, as a shop does that decides by a number it once read. */
export function decidedBy(seen: number, params: ReserveParams): ReserveParams {
  const wanted = params.claims.reduce((sum, { quantity }) => sum + quantity, 0)
  return { ...params, method: { type: 'guarded' }, claims: params.claims.map((claim) => ({ ...claim, backorder: wanted <= seen })) }
}
