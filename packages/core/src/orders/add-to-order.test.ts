import type { Address, Commerce, CommerceOptions, OrderView, Quote, ShippingRates, TaxCalculator } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import { address, expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'
import { maxAdditions } from './addition-rules.ts'

const moved: Address = { name: 'Ada Lovelace', line1: '6 Ashley Combe', city: 'Porlock', postalCode: 'TA24 8LD', country: 'GB' }

/** 5.00 up to half a kilogram, 8.00 up to one, then 12.00; in France twice that. */
const shipping: ShippingRates = {
  rates: async ({ weightGrams, shippingAddress: { country } }) => {
    const amountMinor = (weightGrams <= 500 ? 500 : weightGrams <= 1000 ? 800 : 1200) * (country === 'FR' ? 2 : 1)
    return [{ method: 'standard', label: 'Standard', amountMinor }]
  },
}

/** A tenth of the goods. */
const tax: TaxCalculator = { calculate: async ({ lines }) => ({ lines: lines.map(({ amountMinor }) => amountMinor / 10), shippingMinor: 0 }) }

/** A paid order of one mug of 350 g: 12.50 + 5.00 shipping + 1.25 tax. */
async function paidOrder(options: Partial<CommerceOptions> = {}) {
  const shop = await testShop({ shipping, tax, ...options })
  const quoted = await quotedCart(shop.commerce, { MUG: 1 })
  const { actor } = quoted
  const { order } = await placeWith(shop.commerce, quoted, 'card_ok', 'k')
  const { orders, checkout } = shop.commerce
  const quote = (quantity = 1, sku = 'MUG') => orders.quoteAddition({ actor, orderId: order.id, lines: [{ sku, quantity }] })
  const place = ({ cartId, id: quoteId, total: expectedTotal }: Quote, method = 'card_ok', idempotencyKey = `add-${quoteId}`) =>
    checkout.place({ actor, cartId, quoteId, expectedTotal, payment: { provider: 'fake', method }, idempotencyKey })
  return {
    ...shop,
    actor,
    order,
    quote,
    place,
    add: async (quantity = 1, method = 'card_ok') => (await place(await quote(quantity), method)).order,
    read: (id: string = order.id) => orders.get({ actor, id }),
    cancel: () => orders.cancel({ actor: staff, orderId: order.id }),
    move: (expectedVersion?: number) =>
      orders.edit({ actor: staff, orderId: order.id, changes: { shippingAddress: moved }, ...(expectedVersion === undefined ? {} : { expectedVersion }) }),
  }
}

async function fetchedCart(commerce: Commerce) {
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  return { actor, cartId: cart.id }
}

async function chargedMinor(commerce: Commerce, orders: readonly OrderView[]): Promise<number> {
  const payments = await Promise.all(orders.map(({ id }) => commerce.payments.ofOrder({ actor: staff, orderId: id })))
  return payments.flat().reduce((sum, { capturedMinor }) => sum + capturedMinor, 0)
}

describe('what is added to an order', () => {
  test('is quoted as of today for the order’s buyer and place, with what sending all of it costs more', async () => {
    const { commerce, quote, order } = await paidOrder()
    await commerce.catalog.upsertMany({
      products: [{ handle: 'mug', title: 'Stoneware mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1500 }], weightGrams: 350 }] }],
    })
    const first = await quote()
    expect(first).toMatchObject({ subtotalMinor: 1500, shippingMinor: 300, taxMinor: 150, total: { amountMinor: 1950 }, shippingAddress: address })
    expect(first.addsTo).toEqual({ orderId: order.id, orderVersion: order.version })
    expect(await quote(2)).toMatchObject({ shippingMinor: 700 })
    expect(await quote(1, 'PDF')).toMatchObject({ shippingMinor: 0, total: { amountMinor: 990 } })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })
  })

  test('is an order of its own that belongs to it, and both are told so', async () => {
    const { commerce, actor, add, read, order } = await paidOrder()
    const heard: [string, { readonly orderId: string }][] = []
    const topics = ['order.added_to', 'order.confirmed'] as const
    commerce.events.subscribe({ name: 'packers', topics, handle: async ({ topic, payload }) => void heard.push([topic, payload]) })
    const addition = await add()
    expect(addition).toMatchObject({ status: 'confirmed', addsTo: order.id, email: null, shippingMinor: 300, shippingAddress: address, totalMinor: 1675 })
    const whole = await read()
    expect(whole).toMatchObject({ ...order, version: order.version + 1, updatedAt: expect.any(Date), additions: [addition] })
    const { items } = await commerce.orders.list({ actor })
    expect(items.map(({ id, addsTo }) => [id, addsTo])).toEqual([
      [addition.id, order.id],
      [order.id, null],
    ])
    expect((await commerce.orders.history({ actor: staff, orderId: order.id })).at(-1)).toMatchObject({ change: 'added_to', note: addition.number })
    expect((await commerce.orders.timeline({ actor, orderId: order.id })).at(-1)).toMatchObject({ type: 'added_to' })
    await commerce.worker.runOnce({ jobs: ['relay'] })
    expect(heard.filter(([topic, { orderId }]) => topic !== 'order.confirmed' || orderId !== order.id)).toEqual([
      ['order.added_to', expect.objectContaining({ orderId: order.id, additionId: addition.id })],
      ['order.confirmed', expect.objectContaining({ orderId: addition.id, addsTo: order.id })],
    ])
    expect(await chargedMinor(commerce, [whole, addition])).toBe(order.totalMinor + addition.totalMinor)
    await expectSound(commerce)
  })

  test('a second time costs what it sends beyond the first, and a repeated key adds nothing', async () => {
    const { quote, place, read, add } = await paidOrder()
    await add()
    const second = await quote()
    expect(second.shippingMinor).toBe(400)
    const [one, other] = [await place(second, 'card_ok', 'twice'), await place(second, 'card_ok', 'twice')]
    expect(other).toEqual(one)
    expect((await read()).additions).toHaveLength(2)
  })

  test('is not sent for less because of another that nobody has paid', async () => {
    const { add, quote } = await paidOrder()
    await add(2, 'card_declined')
    expect(await quote(2)).toMatchObject({ shippingMinor: 700 })
  })

  test('may be so many orders, those that came to nothing among them', async () => {
    const { commerce, actor, add, quote, place } = await paidOrder()
    const last = await quote()
    for (let number = 1; number < maxAdditions; number += 1) {
      const { id } = await add(1, 'card_declined')
      await commerce.checkout.cancel({ actor, orderId: id })
    }
    expect(await place(last)).toMatchObject({ outcome: 'confirmed' })
    const refused = { code: 'CART_LIMIT', details: { limit: 'maxAdditions', max: maxAdditions } }
    await expect(quote()).rejects.toMatchObject(refused)
    await expectSound(commerce)
  })

  test('waits for its money like any order: declined, resumed, or given up, and then the goods are free', async () => {
    const { commerce, actor, quote, place, read, clock } = await paidOrder()
    const declined = await place(await quote(), 'card_declined')
    expect(declined.outcome).toBe('declined')
    expect((await commerce.orders.timeline({ actor, orderId: (await read()).id })).filter(({ type }) => type === 'added_to')).toEqual([])
    const payment = { provider: 'fake', method: 'card_ok' }
    const resumed = await commerce.checkout.resume({ actor, orderId: declined.order.id, payment, idempotencyKey: 'again' })
    expect(resumed.outcome).toBe('confirmed')

    await place(await quote(), 'card_declined')
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 3 })
    clock.advance(60 * 60_000)
    await commerce.worker.runOnce()
    expect((await read()).additions?.map(({ status }) => status)).toEqual(['confirmed', 'expired'])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })

  test('is fetched where the order is', async () => {
    const place = { ...moved, name: 'The quay' }
    const pickup = { method: 'quay', label: 'At the quay', amountMinor: 100, pickup: { location: 'quay', address: place } }
    const { commerce } = await testShop({ shipping: { rates: async () => [], pickups: async () => [pickup] } })
    const { actor, cartId } = await fetchedCart(commerce)
    const quoted = await commerce.checkout.quote({ actor, cartId, pickup: { name: 'Ada' }, shippingMethod: 'quay' })
    const payment = { provider: 'fake', method: 'card_ok' }
    const { order } = await commerce.checkout.place({ actor, cartId, expectedTotal: quoted.total, payment, idempotencyKey: 'k' })
    const more = await commerce.orders.quoteAddition({ actor: staff, orderId: order.id, lines: [{ sku: 'TEE-S', quantity: 1 }] })
    expect(more).toMatchObject({ shippingMinor: 0, pickupLocation: 'quay', shippingAddress: order.shippingAddress, total: { amountMinor: 2000 } })
    await commerce.checkout.place({ actor: staff, cartId: more.cartId, expectedTotal: more.total, payment, idempotencyKey: 'more' })
    await expectSound(commerce)
  })

  test('is sent with the order or alone', async () => {
    const { commerce, add, read } = await paidOrder()
    const addition = await add()
    await commerce.orders.fulfil({ actor: staff, orderId: addition.id, trackingNumber: '1' })
    await commerce.orders.fulfil({ actor: staff, orderId: (await read()).id, trackingNumber: '1' })
    expect(await read()).toMatchObject({ fulfilmentStatus: 'shipped', additions: [{ fulfilmentStatus: 'shipped' }] })
    await expectSound(commerce)
  })
})

describe('nothing is added', () => {
  test('to an order that is somebody else’s, is not confirmed, has a parcel that left, or is an addition itself', async () => {
    const { commerce, quote, add, order } = await paidOrder()
    const lines = [{ sku: 'MUG', quantity: 1 }]
    const eve = { type: 'customer', customerId: 'eve' } as const
    await expect(commerce.orders.quoteAddition({ actor: eve, orderId: order.id, lines })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const addition = await add()
    await expect(commerce.orders.quoteAddition({ actor: staff, orderId: addition.id, lines })).rejects.toMatchObject({ details: { status: 'addition' } })
    await expect(quote(2_000)).rejects.toMatchObject({ code: 'CART_LIMIT' })
    await expect(quote(1, 'NONE')).rejects.toMatchObject({ code: 'CART_PROBLEMS' })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    await expect(quote()).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'shipped' } })

    const other = await paidOrder()
    await other.cancel()
    await expect(other.quote()).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'cancelled' } })
  })

  test('once the order was sent or cancelled since it was quoted, and the cart is not used up by trying', async () => {
    for (const end of ['fulfil', 'cancel'] as const) {
      const { commerce, quote, place, read, order } = await paidOrder()
      const quoted = await quote()
      await commerce.orders[end]({ actor: staff, orderId: order.id })
      const before = await stockOf(commerce, 'MUG')
      for (let attempt = 0; attempt < 2; attempt += 1)
        await expect(place(quoted, 'card_ok', 'late')).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { orderId: order.id } })
      expect((await read()).additions).toBeUndefined()
      expect(await stockOf(commerce, 'MUG')).toEqual(before)
      await expectSound(commerce)
    }
  })

  test('for another price: an order that has changed since is quoted anew, and what differs is said', async () => {
    const { quote, place, add, order, move, read } = await paidOrder()
    const [stale, overtaken] = [await quote(), await quote()]
    await move()
    const { order: addition } = await place(stale)
    expect(addition).toMatchObject({ addsTo: order.id, shippingAddress: moved })
    expect(await read()).toMatchObject({ shippingAddress: moved })
    await expect(place(overtaken)).rejects.toMatchObject({ code: 'TOTAL_CHANGED', details: { total: { amountMinor: 1775 } } })
    expect((await read()).additions).toHaveLength(1)
    await add()
  })
})

describe('an order that was added to', () => {
  test.each(['card_ok', 'card_declined', 'card_requires_action', 'card_never'])(
    'is cancelled with what was added and not sent, by %s, and the money goes back',
    async (method) => {
      const { commerce, add, cancel, read } = await paidOrder()
      const [sent] = [await add(), await add(1, method)]
      await commerce.orders.fulfil({ actor: staff, orderId: sent.id })
      expect(await cancel()).toMatchObject({ status: 'cancelled' })
      expect(await cancel()).toMatchObject({ status: 'cancelled' })
      expect(await read()).toMatchObject({ status: 'cancelled', additions: [{ status: 'confirmed' }, { status: 'cancelled' }] })
      expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
      await commerce.worker.runOnce()
      await expectSound(commerce)
    },
  )

  test('is cancelled also when the addition turns out to have been paid behind our back', async () => {
    const { commerce, bank, quote, place, cancel, read } = await paidOrder()
    const { order: addition } = await place(await quote(), 'card_requires_action')
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: addition.id })
    bank.ledger.completeAction(payment?.providerPaymentId ?? '')
    await cancel()
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded', additions: [{ status: 'cancelled', paymentStatus: 'refunded' }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
  })

  test('is cancelled once the provider has done with the addition, and not before', async () => {
    const { commerce, add, cancel, read, clock } = await paidOrder()
    const addition = await add(1, 'card_late')
    await expect(cancel()).rejects.toMatchObject({ code: 'CHECKOUT_IN_PROGRESS', details: { orderId: addition.id } })
    expect(await read()).toMatchObject({ status: 'confirmed', additions: [{ status: 'pending' }] })
    for (let run = 0; run < 6; run += 1) {
      clock.advance(10 * 60_000)
      await commerce.worker.runOnce()
    }
    expect(await read()).toMatchObject({ additions: [{ status: 'confirmed' }] })
    await cancel()
    expect(await read()).toMatchObject({ status: 'cancelled', additions: [{ status: 'cancelled', paymentStatus: 'refunded' }] })
    await expectSound(commerce)
  })

  test('goes elsewhere as a whole, or not at all', async () => {
    const { commerce, add, move, read, order } = await paidOrder()
    const addition = await add()
    await expect(commerce.orders.edit({ actor: staff, orderId: addition.id, changes: { shippingAddress: moved } })).rejects.toMatchObject({
      details: { status: 'addition' },
    })
    const abroad = { ...moved, country: 'FR' }
    await expect(commerce.orders.edit({ actor: staff, orderId: order.id, changes: { shippingAddress: abroad } })).rejects.toMatchObject({
      code: 'EDIT_CHANGES_TOTAL',
    })
    await move()
    expect(await read()).toMatchObject({ shippingAddress: moved, additions: [{ shippingAddress: moved }] })
    expect((await commerce.orders.history({ actor: staff, orderId: addition.id })).at(-1)).toMatchObject({ change: 'edited' })
    await expectSound(commerce)

    const pending = await add(1, 'card_declined')
    const back = commerce.orders.edit({ actor: staff, orderId: order.id, changes: { shippingAddress: address } })
    await expect(back).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { orderId: pending.id, status: 'pending' } })
    expect(await read()).toMatchObject({ shippingAddress: moved })
  })

  test('late money for an addition that has expired goes back: the parcel may have left', async () => {
    const { commerce, bank, clock, quote, place, read } = await paidOrder()
    const { order: addition } = await place(await quote(), 'card_unreachable')
    clock.advance(60 * 60_000)
    await commerce.worker.runOnce()
    expect(await read(addition.id)).toMatchObject({ status: 'expired' })
    const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: addition.id })
    const amount = { amountMinor: addition.totalMinor, currency: 'USD' }
    bank.ledger.chargeElsewhere({ amount, paymentId: payment?.id ?? null, orderId: addition.id })
    clock.advance(24 * 60 * 60_000)
    await commerce.worker.runOnce()
    expect(await read(addition.id)).toMatchObject({ status: 'expired', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })
})

test('racing with a parcel, a cancellation and another address, each addition is either in or refused', async () => {
  for (const rival of ['fulfil', 'cancel', 'edit'] as const) {
    const { commerce, quote, place, read, order } = await paidOrder()
    const quotes = [await quote(), await quote(), await quote()]
    const act = () => {
      if (rival === 'edit') return commerce.orders.edit({ actor: staff, orderId: order.id, changes: { shippingAddress: moved } })
      return commerce.orders[rival]({ actor: staff, orderId: order.id })
    }
    const results = await Promise.allSettled([place(quotes[0] as Quote), act(), place(quotes[1] as Quote), place(quotes[2] as Quote)])
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    for (const code of codes) expect(['ORDER_CLOSED', 'TOTAL_CHANGED', 'CHECKOUT_IN_PROGRESS', 'CONFLICT', 'QUOTE_STALE']).toContain(code)
    await commerce.worker.runOnce()
    const { additions = [], ...rest } = await read()
    if (rest.status === 'cancelled') expect(additions.filter(({ status }) => status !== 'cancelled')).toEqual([])
    for (const { shippingAddress } of additions) expect(shippingAddress).toEqual(rest.shippingAddress)
    await expectSound(commerce)
  }
})
