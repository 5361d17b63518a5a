import { flatShipping } from '@cartwright/core'
import { describe, expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, staff, stockOf, testShop } from '../../test/test-shop.ts'

const day = 24 * 3_600_000
const shipping = flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }])

/** Two mugs and a tee that have been shipped: 25.00 + 20.00 + 5.00 shipping. */
async function shippedOrder() {
  const shop = await testShop({ shipping })
  const { commerce } = shop
  const cart = await quotedCart(commerce, { MUG: 2, 'TEE-S': 1 })
  const { order } = await placeWith(commerce, cart, 'card_ok', 'k')
  const parcel = await commerce.orders.fulfil({ actor: staff, orderId: order.id })
  const units = (sku: string, quantity = 1) => ({ orderLineId: order.lines.find((line) => line.sku === sku)?.id ?? '', quantity })
  const wish = (sku: string, quantity = 1) => ({ ...units(sku, quantity), reason: 'does_not_fit' as const })
  const request = (...lines: ReturnType<typeof wish>[]) => commerce.returns.request({ actor: cart.actor, orderId: order.id, lines })
  const approved = async (...lines: ReturnType<typeof wish>[]) => {
    const { id: returnId } = await request(...lines)
    await commerce.returns.approve({ actor: staff, returnId })
    return { actor: staff, returnId }
  }
  const line = async (sku: string) => (await commerce.orders.get({ actor: staff, id: order.id })).lines.find((candidate) => candidate.sku === sku)
  return { ...shop, cart, order, parcel, units, wish, request, approved, line, buyer: cart.actor }
}

test('goods are asked back, approved, received and refunded, and the buyer reads of it', async () => {
  const { commerce, bank, order, request, wish, buyer, line } = await shippedOrder()
  const wanted = await request({ ...wish('MUG'), ...{ note: 'the handle is too small' } })
  const of = { actor: staff, returnId: wanted.id }
  expect(wanted).toMatchObject({ status: 'requested', lines: [{ quantity: 1, reason: 'does_not_fit', note: 'the handle is too small', receivedQuantity: 0 }] })
  expect(await line('MUG')).toMatchObject({ returningQuantity: 1, refundedQuantity: 0 })
  expect(await commerce.returns.approve(of)).toMatchObject({ status: 'approved' })
  expect(await commerce.returns.receive(of)).toMatchObject({ status: 'received', lines: [{ receivedQuantity: 1, restockedQuantity: 1 }] })
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
  await expectSound(commerce)

  const { returned, refund } = await commerce.returns.refund(of)
  expect(returned).toMatchObject({ status: 'refunded', version: 4 })
  expect(refund).toMatchObject({ amountMinor: 1250, returnId: wanted.id, refunds: [{ status: 'succeeded' }], lines: [{ restockedQuantity: 0 }] })
  expect(await line('MUG')).toMatchObject({ returningQuantity: 0, refundedQuantity: 1 })
  expect(bank.ledger.totals().byCurrency.USD?.refundedMinor).toBe(1250)
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
  expect((await commerce.returns.history(of)).map(({ status, actor }) => [status, actor.type])).toEqual([
    ['requested', 'guest'],
    ['approved', 'admin'],
    ['received', 'admin'],
    ['refunded', 'admin'],
  ])
  const story = await commerce.orders.timeline({ actor: buyer, orderId: order.id })
  expect(story.map(({ type }) => type).slice(3)).toEqual(['return_requested', 'return_approved', 'return_received', 'refund_queued', 'refunded'])
  await expectSound(commerce)
})

describe('a unit is in one return at most', () => {
  test('and in none before it was shipped, after it was refunded, or of another order', async () => {
    const { commerce, order, request, wish, units } = await shippedOrder()
    await request(wish('MUG'))
    await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [units('MUG')] })
    await expect(request(wish('MUG'))).rejects.toMatchObject({ code: 'NOT_RETURNABLE', details: { returnable: 0 } })
    await expect(request(wish('TEE-S', 2))).rejects.toMatchObject({ code: 'NOT_RETURNABLE', details: { returnable: 1 } })
    await expect(request(wish('PDF'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(request({ ...wish('TEE-S'), orderLineId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'NOT_RETURNABLE' })
    await expect(request(wish('TEE-S'), wish('TEE-S'))).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    const fresh = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k2')
    const early = { actor: staff, orderId: fresh.order.id, lines: [{ orderLineId: fresh.order.lines[0]?.id ?? '', quantity: 1, reason: 'other' as const }] }
    await expect(commerce.returns.request(early)).rejects.toMatchObject({ code: 'NOT_RETURNABLE' })
    await expectSound(commerce)
  })

  test('nor can it be refunded beside its return', async () => {
    const { commerce, order, request, wish, units } = await shippedOrder()
    await request(wish('MUG', 2))
    const refund = commerce.orders.refund({ actor: staff, orderId: order.id, lines: [units('MUG')] })
    await expect(refund).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND', details: { remaining: 0 } })
  })

  test('but in another one once it was rejected, called off, or did not come', async () => {
    const { commerce, request, wish, approved, units, buyer, line } = await shippedOrder()
    const first = await request(wish('MUG', 2))
    expect(await commerce.returns.reject({ actor: staff, returnId: first.id, reason: 'worn' })).toMatchObject({ status: 'rejected', rejection: 'worn' })
    const second = await request(wish('MUG', 2))
    expect(await commerce.returns.cancel({ actor: buyer, returnId: second.id })).toMatchObject({ status: 'cancelled' })
    const third = await approved(wish('MUG', 2), wish('TEE-S'))
    await commerce.returns.receive({ ...third, lines: [{ ...units('MUG'), restock: false }] })
    expect(await line('MUG')).toMatchObject({ returningQuantity: 1 })
    expect(await line('TEE-S')).toMatchObject({ returningQuantity: 0 })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 8, reserved: 0 })
    await expectSound(commerce)
    await commerce.returns.refund(third)
    await request(wish('MUG'), wish('TEE-S'))
    await expectSound(commerce)
  })
})

describe('buyers', () => {
  test('may ask within thirty days of the delivery, or of the dispatch while that is not known; staff at any time', async () => {
    const { commerce, clock, parcel, request, wish, order, units } = await shippedOrder()
    clock.advance(20 * day)
    await commerce.orders.deliver({ actor: staff, fulfilmentId: parcel.id })
    clock.advance(30 * day)
    await request(wish('MUG'))
    clock.advance(1)
    await expect(request(wish('MUG'))).rejects.toMatchObject({ code: 'NOT_RETURNABLE', details: { returnable: 0 } })
    const late = { actor: staff, orderId: order.id, lines: [{ ...units('MUG'), reason: 'defective' as const }] }
    expect(await commerce.returns.request(late)).toMatchObject({ status: 'requested' })

    const other = await shippedOrder()
    other.clock.advance(30 * day + 1)
    await expect(other.request(other.wish('MUG'))).rejects.toMatchObject({ code: 'NOT_RETURNABLE' })
  })

  test('see their own returns only, and decide nothing', async () => {
    const { commerce, request, wish, buyer, order } = await shippedOrder()
    const { id: returnId } = await request(wish('MUG'))
    const stranger = { type: 'customer', customerId: 'eve' } as const
    await expect(commerce.returns.get({ actor: stranger, returnId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(commerce.returns.cancel({ actor: stranger, returnId })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(commerce.returns.request({ actor: stranger, orderId: order.id, lines: [wish('MUG')] })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await commerce.returns.list({ actor: stranger })).items).toEqual([])
    expect((await commerce.returns.list({ actor: buyer })).items.map(({ id }) => id)).toEqual([returnId])
    for (const decide of [
      () => commerce.returns.approve({ actor: buyer, returnId }),
      () => commerce.returns.reject({ actor: buyer, returnId, reason: 'no' }),
      () => commerce.returns.receive({ actor: buyer, returnId }),
      () => commerce.returns.refund({ actor: buyer, returnId }),
      () => commerce.returns.history({ actor: buyer, returnId }),
    ]) {
      await expect(decide()).rejects.toMatchObject({ code: 'FORBIDDEN' })
    }
    await commerce.returns.approve({ actor: staff, returnId })
    await expect(commerce.returns.cancel({ actor: buyer, returnId })).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  })
})

describe('the money of a return', () => {
  test('can be less, with a deduction or an amount, down to nothing, and the shipping can go with it', async () => {
    const { commerce, approved, wish } = await shippedOrder()
    const one = await approved(wish('MUG'))
    await commerce.returns.receive(one)
    expect((await commerce.returns.refund({ ...one, deductionMinor: 300, shipping: true })).refund).toMatchObject({ amountMinor: 1450 })
    const two = await approved(wish('MUG'))
    await commerce.returns.receive(two)
    await expect(commerce.returns.refund({ ...two, amountMinor: 1251 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH' })
    await expect(commerce.returns.refund({ ...two, amountMinor: 1, deductionMinor: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect((await commerce.returns.refund({ ...two, amountMinor: 0 })).refund).toMatchObject({ amountMinor: 0, refunds: [] })
    await expectSound(commerce)
  })

  test('goes once: a second receipt and a second refund are refused, and a repeated key has the answer', async () => {
    const { commerce, bank, approved, wish } = await shippedOrder()
    const of = await approved(wish('MUG'))
    const receive = { ...of, idempotencyKey: 'in' }
    expect(await commerce.returns.receive(receive)).toEqual(await commerce.returns.receive(receive))
    await expect(commerce.returns.receive(of)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    const refund = { ...of, idempotencyKey: 'out' }
    expect(await commerce.returns.refund(refund)).toEqual(await commerce.returns.refund(refund))
    await expect(commerce.returns.refund(of)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    expect([bank.ledger.refunds().length, (await stockOf(commerce, 'MUG')).onHand]).toEqual([1, 9])
    await expectSound(commerce)
  })

  test('is refused before the goods have come, and more goods than were announced never come', async () => {
    const { commerce, approved, wish, units } = await shippedOrder()
    const of = await approved(wish('MUG'))
    await expect(commerce.returns.refund(of)).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    for (const lines of [[units('MUG', 2)], [units('TEE-S')]]) {
      await expect(commerce.returns.receive({ ...of, lines })).rejects.toMatchObject({ code: 'NOT_RETURNABLE' })
    }
    expect(await commerce.returns.reject({ ...of, reason: 'never came' })).toMatchObject({ status: 'rejected' })
    await expectSound(commerce)
  })
})

test('goods without stock go back too, and move none', async () => {
  const { commerce } = await testShop()
  const { order } = await placeWith(commerce, await quotedCart(commerce, { PDF: 1 }), 'card_ok', 'k')
  await commerce.orders.fulfil({ actor: staff, orderId: order.id })
  const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1, reason: 'not_as_described' as const }]
  const { id: returnId } = await commerce.returns.request({ actor: staff, orderId: order.id, lines, idempotencyKey: 'once' })
  expect(await commerce.returns.request({ actor: staff, orderId: order.id, lines, idempotencyKey: 'once' })).toMatchObject({ id: returnId })
  await commerce.returns.approve({ actor: staff, returnId })
  expect(await commerce.returns.receive({ actor: staff, returnId })).toMatchObject({ lines: [{ receivedQuantity: 1, restockedQuantity: 0 }] })
  await commerce.returns.refund({ actor: staff, returnId })
  expect(await commerce.orders.get({ actor: staff, id: order.id })).toMatchObject({ paymentStatus: 'refunded' })
  await expectSound(commerce)
})
