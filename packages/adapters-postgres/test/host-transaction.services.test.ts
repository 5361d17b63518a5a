import { Pool } from 'pg'
import { beforeEach, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest'
import type { PostgresHostTransaction } from '../src/host-transaction.ts'
import { auditFindings, createHostTable, type Host, hosts, openHostShop, plainHost, quotedMug, remains } from './host-shop.ts'
import { migratedDatabase, onServer, type ScratchDatabase } from './scratch-database.ts'

let database: ScratchDatabase

beforeEach(async () => {
  database = await migratedDatabase()
  await onServer(database.url, createHostTable)
  return async () => {
    await onServer(database.url, 'DROP TABLE host_rows')
    await database.drop()
  }
})

const keyOf = ({ actor, idempotencyKey }: Awaited<ReturnType<typeof quotedMug>>) => ({ actor, idempotencyKey })

async function openShop(stock: number) {
  const shop = await openHostShop({ url: database.url, stock })
  onTestFinished(() => shop.commerce.close())
  return shop
}

function openHost(host: Host) {
  const opened = host.open(database.url)
  onTestFinished(() => opened.close())
  return opened
}

/** A client of `pg` that the host keeps, maybe with a transaction of its own begun. */
async function clientOfHost(begin?: string) {
  const pool = new Pool({ connectionString: database.url })
  onTestFinished(() => pool.end())
  const client = await pool.connect()
  if (begin !== undefined) await client.query(begin)
  return client
}

describe.each(hosts)('in a transaction of $name', (host) => {
  test("an order and the host's row are there together, its events too, and the order is paid afterwards", async () => {
    const shop = await openShop(3)
    const { commerce } = shop
    const order = await quotedMug(commerce)
    const topics: string[] = []
    commerce.events.subscribe({ name: 'host', from: 'head', handle: async ({ topic }) => void topics.push(topic) })
    await commerce.events.relay()
    const { prepared, early } = await openHost(host).inTransaction(async (transaction, note) => {
      await note('one')
      const written = await commerce.using(transaction).checkout.prepare(order)
      return { prepared: written, early: await commerce.events.relay() }
    })
    expect(prepared).toMatchObject({ outcome: 'prepared', order: { status: 'pending', totalMinor: 1250, placedAt: expect.any(Date) }, payment: { version: 1 } })
    expect(early).toEqual({ done: 0, failed: 0 })
    await commerce.events.relay()
    expect(topics).toContain('order.placed')
    expect(await commerce.checkout.pay(keyOf(order))).toMatchObject({ outcome: 'confirmed', order: { number: prepared.order.number } })
    expect(await commerce.checkout.place(order)).toMatchObject({ outcome: 'confirmed', order: { number: prepared.order.number } })
    expect(await remains(database.url)).toEqual({ orders: 1, notes: 1, reserved: 1 })
    expect(await auditFindings(shop)).toEqual([])
  })

  test('neither is there when the host rolls back, and nothing can be paid', async () => {
    const { commerce } = await openShop(3)
    const order = await quotedMug(commerce)
    const failure = new Error('the host changed its mind')
    const run = openHost(host).inTransaction(async (transaction, note) => {
      await commerce.using(transaction).checkout.prepare(order)
      await note('one')
      throw failure
    })
    await expect(run).rejects.toBe(failure)
    expect(await remains(database.url)).toEqual({ orders: 0, notes: 0, reserved: 0 })
    await expect(commerce.checkout.pay(keyOf(order))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test("a refused command leaves the host's transaction usable, and its other writes are kept", async () => {
    const shop = await openShop(3)
    const order = await quotedMug(shop.commerce)
    await openHost(host).inTransaction(async (transaction, note) => {
      const joined = shop.commerce.using(transaction)
      await expect(joined.inventory.adjust({ sku: 'MUG', by: -4, reason: 'counted' })).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
      await joined.inventory.adjust({ sku: 'MUG', by: -3, reason: 'counted' })
      await expect(joined.checkout.prepare(order)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { available: 0 } })
      await note('after the refusals')
      expect(await joined.catalog.get({ handle: 'mug' })).toMatchObject({ title: 'Mug', variants: [{ sku: 'MUG', prices: [{ amountMinor: 1250 }] }] })
    })
    expect(await remains(database.url)).toEqual({ orders: 0, notes: 1, reserved: 0 })
    await expect(shop.commerce.checkout.pay(keyOf(order))).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    expect(await auditFindings(shop)).toEqual([])
  })

  test('carts, products, stock and parcels are written as by the shop itself', async () => {
    const shop = await openShop(3)
    const order = await quotedMug(shop.commerce)
    const placed = await shop.commerce.checkout.place(order)
    const admin = { type: 'admin', id: 'bob' } as const
    const bowl = {
      handle: 'bowl',
      title: "Bob's bowl",
      attributes: { dishwasher: true },
      variants: [{ sku: 'BOWL', prices: [{ currency: 'USD', amountMinor: 900 }] }],
    }
    const cart = await openHost(host).inTransaction(async (transaction) => {
      const joined = shop.commerce.using(transaction)
      await joined.catalog.upsertMany({ products: [bowl] })
      await joined.orders.fulfil({ actor: admin, orderId: placed.order.id, idempotencyKey: 'parcel' })
      const { cart: created } = await joined.carts.create({ actor: order.actor })
      return joined.carts.addLine({ actor: order.actor, cartId: created.id, sku: 'MUG', quantity: 2 })
    })
    expect(cart).toMatchObject({ lines: [{ sku: 'MUG', quantity: 2 }] })
    expect(await shop.commerce.carts.get({ actor: order.actor, cartId: cart.id })).toEqual(cart)
    expect(await shop.commerce.orders.get({ actor: admin, id: placed.order.id })).toMatchObject({ fulfilmentStatus: 'shipped' })
    expect(await shop.commerce.catalog.get({ handle: 'bowl' })).toMatchObject({ attributes: { dishwasher: true } })
    expect(await auditFindings(shop)).toEqual([])
  })

  test('nothing works any more once the host has committed, not even when the connection is in another transaction', async () => {
    const { commerce } = await openShop(3)
    const { inTransaction } = openHost(host)
    let kept: ReturnType<typeof commerce.using> | undefined
    await inTransaction(async (transaction) => {
      kept = commerce.using(transaction)
      await kept.inventory.listLocations()
    })
    await expect(kept?.inventory.listLocations()).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    await inTransaction(async () => {
      await expect(kept?.carts.create({})).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    })
    expect(await onServer(database.url, 'SELECT count(*)::int AS carts FROM carts')).toEqual([{ carts: 0 }])
  })
})

test('a customer whose order is being written is not erased: the order keeps its address', async () => {
  const shop = await openShop(3)
  const admin = { type: 'admin', id: 'bob' } as const
  const order = await quotedMug(shop.commerce)
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  let erasing: Promise<unknown> | undefined
  const prepared = await openHost(plainHost).inTransaction(async (transaction) => {
    const written = await shop.commerce.using(transaction).checkout.prepare(order)
    erasing = shop.commerce.customers.erase({ actor: admin, customerId: order.actor.customerId }).catch((error: unknown) => error)
    await expect.poll(() => onServer(database.url, waiting), { interval: 10, timeout: 10_000 }).toHaveLength(1)
    return written
  })
  expect(await erasing).toMatchObject({ code: 'CUSTOMER_BUSY', details: { orderIds: [prepared.order.id] } })
  expect(await shop.commerce.checkout.pay(keyOf(order))).toMatchObject({ outcome: 'confirmed', order: { shippingAddress: { name: 'Ada Lovelace' } } })
  expect(await auditFindings(shop)).toEqual([])
})

test('of 16 hosts that want the last 5 units at once, 5 get one', async () => {
  const shop = await openShop(5)
  const orders = await Promise.all(Array.from({ length: 16 }, (_, index) => quotedMug(shop.commerce, `order-${index}`)))
  const { inTransaction } = openHost(plainHost)
  const attempt = async (order: (typeof orders)[number]): Promise<string> => {
    try {
      return await inTransaction(async (transaction, note) => {
        await note(order.idempotencyKey)
        return (await shop.commerce.using(transaction).checkout.prepare(order)).outcome
      })
    } catch (error) {
      const { code, retryable } = error as { readonly code: string; readonly retryable: boolean }
      return retryable ? attempt(order) : code
    }
  }
  const outcomes = await Promise.all(orders.map(attempt))
  expect(outcomes.toSorted()).toEqual([...Array(11).fill('OUT_OF_STOCK'), ...Array(5).fill('prepared')])
  expect(await remains(database.url)).toEqual({ orders: 5, notes: 5, reserved: 5 })
  await Promise.all(orders.map((order) => shop.commerce.checkout.pay(keyOf(order)).catch(() => undefined)))
  expect(await auditFindings(shop)).toEqual([])
})

test('a provider that the host asks itself is booked in its transaction', async () => {
  const shop = await openShop(3)
  const { commerce, bank } = shop
  const order = await quotedMug(commerce)
  const { inTransaction } = openHost(plainHost)
  const { order: written, payment } = await inTransaction((transaction) => commerce.using(transaction).checkout.prepare(order))
  if (payment === null) throw new Error('a mug is not free')
  const answer = await bank.start({
    paymentId: payment.id,
    orderId: written.id,
    orderNumber: written.number,
    amount: order.expectedTotal,
    method: 'card_ok',
    capture: 'automatic',
    idempotencyKey: `start:${payment.id}`,
    signal: AbortSignal.timeout(1_000),
  })
  if (answer.outcome !== 'accepted') throw new Error('card_ok is never declined')
  const news = { actor: { type: 'system' }, orderId: written.id, payment, answer } as const
  const finalise = () =>
    inTransaction(async (transaction, note) => {
      await note('paid')
      return commerce.using(transaction).checkout.finalise(news)
    })
  expect(await finalise()).toMatchObject({ outcome: 'confirmed' })
  expect(await inTransaction((transaction) => commerce.using(transaction).checkout.finalise(news))).toMatchObject({ outcome: 'confirmed' })
  expect(await commerce.checkout.pay(keyOf(order))).toMatchObject({ outcome: 'confirmed' })
  await expect(inTransaction((transaction) => commerce.using(transaction).checkout.finalise({ ...news, actor: order.actor }))).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
  expect(await auditFindings(shop)).toEqual([])
})

describe('what only the whole transaction can mend is a CONFLICT that names its cause:', () => {
  test('a deadlock', async () => {
    const { commerce } = await openShop(3)
    const prices = [{ currency: 'USD', amountMinor: 900 }]
    await commerce.catalog.upsertMany({ products: [{ handle: 'bowl', title: 'Bowl', variants: [{ sku: 'BOWL', prices, stock: [{ quantity: 3 }] }] }] })
    const { inTransaction } = openHost(plainHost)
    const met = Promise.withResolvers<void>()
    let waiting = 2
    const take = (first: string, second: string) =>
      inTransaction(async (transaction) => {
        const { inventory } = commerce.using(transaction)
        await inventory.adjust({ sku: first, by: 1, reason: 'counted' })
        waiting -= 1
        if (waiting === 0) met.resolve()
        await met.promise
        await inventory.adjust({ sku: second, by: 1, reason: 'counted' })
      })
    const ends = await Promise.allSettled([take('MUG', 'BOWL'), take('BOWL', 'MUG')])
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT', retryable: true, cause: { code: '40P01' } } })
  })

  test('a row that changed since a stricter transaction began', async () => {
    const { commerce } = await openShop(3)
    const client = await clientOfHost('BEGIN ISOLATION LEVEL SERIALIZABLE')
    const { inventory } = commerce.using(client)
    await inventory.levels({ skus: ['MUG'] })
    await commerce.inventory.adjust({ sku: 'MUG', by: 1, reason: 'counted' })
    const late = inventory.adjust({ sku: 'MUG', by: 1, reason: 'counted' })
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT', retryable: true, cause: { code: '40001' } })
    expect(await inventory.levels({ skus: ['MUG'] })).toMatchObject([{ onHand: 3 }])
    await client.query('ROLLBACK')
    client.release()
  })
})

test('a transaction that goes on with an old snapshot after it has waited is refused', async () => {
  const { commerce } = await openShop(1)
  const client = await clientOfHost('BEGIN ISOLATION LEVEL REPEATABLE READ')
  const refused = { code: 'INVALID_INPUT', message: expect.stringContaining('READ COMMITTED') }
  await expect(commerce.using(client).inventory.levels({ skus: ['MUG'] })).rejects.toMatchObject(refused)
  await client.query('ROLLBACK')
  client.release()
})

test('what is no open transaction is refused', async () => {
  const { commerce } = await openShop(1)
  const refused = (transaction: unknown) => () => commerce.using(transaction as PostgresHostTransaction)
  for (const transaction of [undefined, 'BEGIN', {}]) expect(refused(transaction)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  const db = { isTransaction: false, withoutPlugins: () => db, executeQuery: async () => ({ rows: [] }) }
  expect(refused(db)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }))
  const client = await clientOfHost()
  await expect(commerce.using(client).inventory.listLocations()).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
  client.release()
  const inside = commerce.storage.transaction({ source: 'database' }, async () => commerce.using(client))
  await expect(inside).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
})

test('only what is a transaction itself can be called in one', async () => {
  const { commerce } = await openShop(1)
  await openHost(plainHost).inTransaction(async (transaction) => {
    const joined = commerce.using(transaction)
    expectTypeOf(joined).not.toHaveProperty('search')
    expectTypeOf(joined).not.toHaveProperty('worker')
    expectTypeOf(joined.orders).not.toHaveProperty('cancel')
    expectTypeOf(joined.checkout).not.toHaveProperty('quote')
    expect(Object.keys(joined)).toEqual([
      'catalog',
      'inventory',
      'carts',
      'prices',
      'checkout',
      'orders',
      'returns',
      'reviews',
      'promotions',
      'vouchers',
      'giftCards',
      'storeCredit',
      'wishLists',
    ])
    expect(joined.orders).not.toHaveProperty('cancel')
    expect(joined.checkout).not.toHaveProperty('quote')
  })
})
