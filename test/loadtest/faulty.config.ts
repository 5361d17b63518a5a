/** A shop for load tests that grants or refuses every claim on stock, whatever is there: `LOADTEST_FAULT` says which, `LOADTEST_FILE` is its database. */
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { StorageTransaction } from '@cartwright/core/ports'
import { decidedBy, overlay, withClaims, withFault } from '../planted/overlay.ts'

const { LOADTEST_FAULT = '', LOADTEST_FILE = '' } = process.env

const faults: Readonly<Record<string, (tx: StorageTransaction) => StorageTransaction>> = {
  none: (tx) => tx,
  grants: (tx) => withClaims(tx, (params) => decidedBy(Number.POSITIVE_INFINITY, params)),
  refuses: (tx) => {
    const stock = overlay(tx.stock, {
      reserve: async ({ claims }) => ({ outcome: 'insufficient', sku: claims[0]?.sku ?? '', requested: claims[0]?.quantity ?? 0, available: 0 }),
    })
    return overlay(tx, { stock })
  },
}

const fault = faults[LOADTEST_FAULT]
if (fault === undefined) throw new Error(`there is no fault "${LOADTEST_FAULT}"`)

export const storage = withFault(sqliteStorage({ file: LOADTEST_FILE }), fault)
export const currency = 'USD'
