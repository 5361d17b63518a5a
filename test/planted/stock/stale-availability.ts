import type { Migrations, Storage } from '@cartwright/core/ports'
import { decidedBy, overlay, withClaims, withFault } from '../overlay.ts'

/**
 * Decides by the availability it read when the shop was opened, as shops do that keep stock in a cache nobody clears. Processes that are all open before the
 * first sale oversell for certain.
 */
export function staleAvailability(storage: Storage, sku: string): Storage {
  let seen = 0
  const read = async () => {
    const levels = await storage.snapshot({ source: 'database' }, (snapshot) => snapshot.stock.levels({ skus: [sku] }), { fresh: true })
    seen = levels.reduce((sum, { onHand, reserved }) => sum + onHand - reserved, 0)
  }
  // A shop that is opened either applies its migrations or looks whether they are.
  const migrations: Partial<Migrations> = {
    up: async () => {
      const applied = await storage.migrations.up()
      await read()
      return applied
    },
    status: async () => {
      const states = await storage.migrations.status()
      if (states.every(({ appliedAt }) => appliedAt !== null)) await read()
      return states
    },
  }
  const faulty = withFault(storage, (tx) => withClaims(tx, (params) => decidedBy(seen, params)))
  return overlay(faulty, { migrations: overlay(storage.migrations, migrations) })
}
