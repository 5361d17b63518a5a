import type { Storage, StorageSnapshot, StorageTransaction } from '@cartwright/core/ports'

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
