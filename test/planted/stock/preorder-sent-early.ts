import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Orders forget that a line was a preorder: it leaves as soon as somebody packs it. */
export function preorderSentEarly(storage: Storage): Storage {
  return withFault(storage, (tx) => {
    const orders = overlay(tx.orders, {
      insert: (params) => {
        const lines = params.order.lines.map(({ availableFrom: _forgotten, ...line }) => line)
        return tx.orders.insert({ ...params, order: { ...params.order, lines } })
      },
    })
    return overlay(tx, { orders })
  })
}
