import type { ReserveParams, ReserveResult, Storage } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Carries a claim out of the transaction that should have made it. */
class Claimed extends Error {
  readonly params: ReserveParams

  constructor(params: ReserveParams) {
    super('reserve first')
    this.params = params
  }
}

/** Reserves in a transaction of its own before the one that writes the order: when that one fails, units are held for an order that never was. */
export function reservesBeforeItsTransaction(storage: Storage): Storage {
  return overlay(storage, {
    transaction: async (now, work) => {
      const run = (made: { params: ReserveParams; result: ReserveResult } | undefined) =>
        storage.transaction(now, (tx) => {
          const reserve = async (params: ReserveParams) => {
            if (made === undefined) throw new Claimed(params)
            return made.result
          }
          const orders = overlay(tx.orders, {
            insert: ({ order, history }) => tx.orders.insert({ order: { ...order, reservationId: made?.params.reservationId ?? order.reservationId }, history }),
          })
          return work(overlay(tx, { stock: overlay(tx.stock, { reserve }), orders }))
        })
      try {
        return await run(undefined)
      } catch (error) {
        if (!(error instanceof Claimed)) throw error
        const { params } = error
        return run({ params, result: await storage.transaction(now, (tx) => tx.stock.reserve(params)) })
      }
    },
  })
}
