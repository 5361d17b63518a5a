import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import type { StorageTransaction } from '@cartwright/core/ports'
import { fakePayments } from '@cartwright/testing'
import { Client } from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { migratedDatabase, onServer } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { overlay, withFault } from '../planted/overlay.ts'
import { address } from './tasks/buyer.ts'

const actor = { type: 'customer', customerId: 'ada' } as const
const payment = { provider: 'fake', method: 'card_ok' } as const

test('who cancels an order with several additions, and who buys what is in them, do not wait for each other in a circle', async () => {
  const { url, drop } = await migratedDatabase()
  onTestFinished(drop)
  const buyer = new Client({ connectionString: url })
  await buyer.connect()
  let bought: Promise<string> | undefined
  let attempts = 0
  /** Takes what was added in the order in which buyers do, apron before tee, and is seen to wait before it returns. */
  const buys = async () => {
    bought ??= buyOne(buyer)
    await vi.waitFor(
      async () => {
        const waiting = await onServer(
          url,
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%the buyer%' AND wait_event_type = 'Lock'`,
        )
        expect(waiting).toHaveLength(1)
      },
      { timeout: 10_000, interval: 5 },
    )
  }
  const storage = withFault(postgresStorage({ url }), (tx) => {
    let released = 0
    const release: StorageTransaction['stock']['release'] = async (params) => {
      if (released === 0) attempts += 1
      if (released === 1 && bought === undefined) await buys()
      released += 1
      return tx.stock.release(params)
    }
    return overlay(tx, { stock: overlay(tx.stock, { release }) })
  })
  await using commerce = await createCommerce({ storage, currency: 'USD', payments: [fakePayments()] })
  const products = ['APRON', 'MUG', 'TEE'].map((sku) => ({
    handle: sku.toLowerCase(),
    title: sku,
    variants: [{ sku, prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 10 }] }],
  }))
  await commerce.catalog.upsertMany({ products })
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  const { order } = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: 'order' })
  for (const sku of ['TEE', 'APRON']) {
    const { cartId, total } = await commerce.orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku, quantity: 1 }] })
    await commerce.checkout.place({ actor, cartId, expectedTotal: total, payment, idempotencyKey: sku })
  }

  await commerce.orders.cancel({ actor: { type: 'admin', id: 'ops' }, orderId: order.id })
  const { items } = await commerce.orders.list({ actor })
  expect(items.map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect([await bought, attempts]).toEqual(['bought', 1])
  expect((await commerce.audit({ providers: true, graceMs: 0 })).checks.filter(({ violations }) => violations > 0)).toEqual([])
  await buyer.end()
})

/** @returns `bought`, or the code of what went wrong */
async function buyOne(client: Client): Promise<string> {
  const lock = (sku: string) => client.query(`/* the buyer */ UPDATE stock_levels SET updated_at = updated_at WHERE sku = '${sku}'`)
  try {
    await client.query('BEGIN')
    await lock('APRON')
    await lock('TEE')
    await client.query('COMMIT')
    return 'bought'
  } catch (error) {
    await client.query('ROLLBACK')
    return String((error as { readonly code?: unknown }).code)
  }
}
