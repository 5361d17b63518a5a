import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'

// #region open
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 })
const db = new Kysely<{ loyalty_points: { order_id: string; customer_id: string; points: number } }>({ dialect: new PostgresDialect({ pool }) })
const commerce = await createCommerce({
  storage: postgresStorage({ pool, writers: 5, readers: 5 }),
  currency: 'USD',
  payments: [fakePayments()],
  migrate: true,
})
// #endregion open

await db.schema
  .createTable('loyalty_points')
  .ifNotExists()
  .addColumn('order_id', 'uuid', (column) => column.primaryKey())
  .addColumn('customer_id', 'text', (column) => column.notNull())
  .addColumn('points', 'integer', (column) => column.notNull())
  .execute()
const variants = [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 10 }] }]
await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants }] })

// #region quote
const actor = { type: 'customer', customerId: 'ada' } as const
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
const { cart } = await commerce.carts.create({ actor })
await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 2 })
const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
const payment = { provider: 'fake', method: 'card_ok' }
const idempotencyKey = `checkout-of-${cart.id}`
// #endregion quote

// #region prepare
const { order } = await db.transaction().execute(async (trx) => {
  const prepared = await commerce.using(trx).checkout.prepare({ actor, cartId: cart.id, expectedTotal: total, payment, idempotencyKey })
  const points = Math.floor(total.amountMinor / 100)
  await trx.insertInto('loyalty_points').values({ order_id: prepared.order.id, customer_id: actor.customerId, points }).execute()
  return prepared
})
// #endregion prepare

// #region pay
const placed = await commerce.checkout.pay({ actor, idempotencyKey })
// #endregion pay

const { points } = await db.selectFrom('loyalty_points').select('points').where('order_id', '=', order.id).executeTakeFirstOrThrow()
console.log(`order ${placed.order.number}: ${placed.outcome}, ${points} points`)

await commerce.close()
await db.destroy()
