import type { Order, Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Splits a line over its units and rounds each part to whole units of the currency, so that the parts no longer add up to what is charged. */
export function roundedSplit(storage: Storage): Storage {
  const rounded = (order: Order): Order => ({
    ...order,
    lines: order.lines.map((line) => {
      const unitMinor = Math.round(line.unitMinor / 100) * 100
      return { ...line, unitMinor, totalMinor: unitMinor * line.quantity }
    }),
  })
  return withFault(storage, (tx) =>
    overlay(tx, { orders: overlay(tx.orders, { insert: ({ order, history }) => tx.orders.insert({ order: rounded(order), history }) }) }),
  )
}
