import type { OrderId, OwnerFilter } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { minutes, moveOrder, nextId, type OpenShop, openShop, orderLine, orderStep, pendingOrder, shipOrder, system } from '../../test/small-shop.ts'

const anyone: OwnerFilter = { type: 'any' }

async function insertOrder(shop: OpenShop, patch: Parameters<typeof pendingOrder>[2] = {}, minute = 1) {
  return shop.at(minutes(minute), async (tx) => {
    const order = pendingOrder(tx.now, [orderLine('FILE', 2), orderLine('SKU-A', 1)], patch)
    return { order, outcome: await tx.orders.insert({ order, history: orderStep(order, 'placed') }) }
  })
}

describe('an order', () => {
  it('is found as it was inserted, by id and by number, lines in their order', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop, { guestTokenHash: 'hash', reservationId: nextId() })
    await shop.at(minutes(2), async (tx) => {
      expect(await tx.orders.find({ key: { id: order.id }, owner: anyone })).toEqual(order)
      expect(await tx.orders.find({ key: { number: order.number }, owner: anyone })).toEqual(order)
      expect(await tx.orders.lock({ orderId: order.id })).toEqual(order)
      expect(await tx.orders.liveForCart({ cartId: order.cartId })).toEqual(order)
      expect(await tx.orders.history({ orderId: order.id })).toMatchObject([{ version: 1, change: 'placed', actor: system, note: null, at: minutes(1) }])
    })
  })

  it('is found by its owner only', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop, { guestTokenHash: 'hash' })
    const seenBy = (owner: OwnerFilter) => shop.at(minutes(2), async (tx) => (await tx.orders.find({ key: { id: order.id }, owner })) !== undefined)
    expect(await seenBy({ type: 'customer', customerId: 'ada' as never })).toBe(true)
    expect(await seenBy({ type: 'customer', customerId: 'eve' as never })).toBe(false)
    expect(await seenBy({ type: 'guest', tokenHash: 'hash' })).toBe(true)
    expect(await seenBy({ type: 'guest', tokenHash: '' })).toBe(false)
  })

  it('cannot join another live order of its cart, and the transaction goes on', async () => {
    const shop = await openShop()
    const first = await insertOrder(shop)
    const second = await insertOrder(shop, { cartId: first.order.cartId })
    expect(second.outcome).toBe('cart_has_order')
    const rows = (table: string) => shop.raw.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect([rows('orders'), rows('order_lines'), rows('order_history')]).toEqual([1, 2, 1])

    await shop.at(minutes(3), (tx) => moveOrder(tx, first.order, 'cancelled', { status: 'cancelled' }))
    expect((await insertOrder(shop, { cartId: first.order.cartId })).outcome).toBe('inserted')
  })

  it('with a number that is taken is a conflict worth another try', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop)
    await expect(insertOrder(shop, { number: order.number })).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
    await expect(insertOrder(shop, { id: order.id })).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION' })
  })

  it('is saved once per version: of two saves of one version the second is stale and writes nothing', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop)
    const saved = await shop.at(minutes(2), (tx) => moveOrder(tx, order, 'confirmed', { status: 'confirmed', paymentStatus: 'paid', reservationId: null }))
    const stale = { ...order, status: 'cancelled', expiresAt: null, version: 2 } as const
    expect(await shop.at(minutes(3), (tx) => tx.orders.save({ order: stale, expectedVersion: 1, history: orderStep(stale, 'cancelled') }))).toBe('stale')
    await shop.at(minutes(4), async (tx) => {
      expect(await tx.orders.find({ key: { id: order.id }, owner: anyone })).toEqual(saved)
      expect((await tx.orders.history({ orderId: order.id })).map(({ change }) => change)).toEqual(['placed', 'confirmed'])
    })
  })

  it('is due for expiry when its time has come, the oldest first', async () => {
    const shop = await openShop()
    const ids: OrderId[] = []
    for (const minute of [3, 1, 2]) ids.push((await insertOrder(shop, {}, minute)).order.id)
    const due = (minute: number) => shop.at(minutes(minute), (tx) => tx.orders.dueForExpiry({ limit: 2 }))
    expect(await due(15)).toEqual([])
    expect(await due(16)).toEqual([ids[1]])
    expect(await due(99)).toEqual([ids[1], ids[2]])
  })
})

describe('parcels', () => {
  it('are kept with their lines, counted on the order’s lines and delivered once', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop)
    const confirmed = await shop.at(minutes(2), (tx) => moveOrder(tx, order, 'confirmed', { status: 'confirmed' }))
    const { fulfilmentId } = await shop.at(minutes(3), (tx) => shipOrder(tx, confirmed, 1, 'partial'))
    await shop.at(minutes(4), async (tx) => {
      const stored = await tx.orders.find({ key: { id: order.id }, owner: anyone })
      expect(stored?.lines.map(({ fulfilledQuantity }) => fulfilledQuantity)).toEqual([1, 1])
      const parcel = await tx.orders.findFulfilment({ fulfilmentId })
      if (parcel === undefined) throw new Error('no parcel')
      expect(parcel).toMatchObject({ status: 'shipped', lines: order.lines.map(({ id }) => ({ orderLineId: id, quantity: 1 })), deliveredAt: null })
      const delivered = { ...parcel, status: 'delivered', deliveredAt: tx.now, version: 2 } as const
      expect(await tx.orders.saveFulfilment({ fulfilment: delivered, expectedVersion: 1 })).toBe('saved')
      expect(await tx.orders.saveFulfilment({ fulfilment: delivered, expectedVersion: 1 })).toBe('stale')
      expect(await tx.orders.fulfilments({ orderId: order.id })).toEqual([delivered])
      expect((await tx.orders.history({ orderId: order.id })).map((step) => step.fulfilmentId)).toEqual([null, null, fulfilmentId])
    })
  })
})

describe('a list of orders', () => {
  it('pages through every order once, newest first, also when several were placed at one instant', async () => {
    const shop = await openShop()
    const placed: OrderId[] = []
    for (const minute of [1, 2, 2, 2, 3]) placed.push((await insertOrder(shop, {}, minute)).order.id)
    await insertOrder(shop, { customerId: 'eve' as never }, 2)
    const owner = { type: 'customer', customerId: 'ada' as never } as const
    const seen: OrderId[] = []
    let after: string | undefined
    let pages = 0
    do {
      const page = await shop.at(minutes(9), (tx) => tx.orders.list({ owner, limit: 2, ...(after === undefined ? {} : { after }) }))
      seen.push(...page.items.map(({ id, lines }) => (lines.length === 2 ? id : ('' as OrderId))))
      after = page.next ?? undefined
      pages += 1
    } while (after !== undefined)
    expect(seen).toEqual([...placed].reverse())
    expect(pages).toBe(3)
  })

  it('can be of one status', async () => {
    const shop = await openShop()
    const { order } = await insertOrder(shop)
    await insertOrder(shop)
    await shop.at(minutes(2), (tx) => moveOrder(tx, order, 'cancelled', { status: 'cancelled' }))
    const page = await shop.at(minutes(3), (tx) => tx.orders.list({ owner: anyone, status: 'cancelled', limit: 10 }))
    expect(page.items.map(({ id }) => id)).toEqual([order.id])
    expect(page.next).toBeNull()
  })

  it.each([
    '',
    'x',
    '0',
    Buffer.from('1~x').toString('base64url'),
    Buffer.from('9999999999999999~00000000-0000-7000-8000-000000000001').toString('base64url'),
    'A'.repeat(1_000),
  ])('refuses the cursor %j', async (after) => {
    const shop = await openShop()
    const list = shop.at(minutes(1), (tx) => tx.orders.list({ owner: anyone, limit: 2, after }))
    await expect(list).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'after' }] } })
  })
})
