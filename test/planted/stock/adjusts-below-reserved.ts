import type { Storage } from '@cartwright/core/ports'
import { overlay, withFault } from '../overlay.ts'

/** Takes units off the shelf that are promised to others, without asking whether the promise may be broken: a stock count in the back office oversells. */
export function adjustsBelowReserved(storage: Storage): Storage {
  return withFault(storage, (tx) => overlay(tx, { stock: overlay(tx.stock, { adjust: (params) => tx.stock.adjust({ ...params, shortfall: 'backorder' }) }) }))
}
