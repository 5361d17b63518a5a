import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { flatShipping } from '@cartwright/core'
import { faultyStorage } from '@cartwright/testing/faults'
import { describe, expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, staff, stockOf, type TestShop, testShop } from '../../test/test-shop.ts'
import { tellAll } from '../../test/webhook-shop.ts'

const shipping = flatShipping([{ method: 'standard', label: 'Standard', amountMinor: 500 }])

/** A paid order of two mugs and a tee: 25.00 + 20.00 + 5.00 shipping. */
async function paidOrder(options: Parameters<typeof testShop>[0] = {}, method = 'card_ok') {
  const shop = await testShop({ shipping, ...options })
  const cart = await quotedCart(shop.commerce, { MUG: 2, 'TEE-S': 1 })
  const { order } = await placeWith(shop.commerce, cart, method, 'k')
  const line = (sku: string) => ({ orderLineId: order.lines.find((candidate) => candidate.sku === sku)?.id ?? '', quantity: 1 })
  const refund = (params: Omit<Parameters<typeof shop.commerce.orders.refund>[0], 'actor' | 'orderId'>) =>
    shop.commerce.orders.refund({ actor: staff, orderId: order.id, ...params })
  const read = () => shop.commerce.orders.get({ actor: staff, id: order.id })
  return { ...shop, cart, order, line, refund, read, mug: line('MUG'), tee: line('TEE-S') }
}

const refundedAtBank = ({ bank }: TestShop) => bank.ledger.totals().byCurrency.USD?.refundedMinor

describe('units that were not shipped', () => {
  test('are refunded at once, for sale again, and can no longer be shipped', async () => {
    const shop = await paidOrder()
    const { commerce, refund, read, mug, order } = shop
    const given = await refund({ lines: [mug], reason: 'changed their mind' })
    expect(given).toMatchObject({ amountMinor: 1250, shippingMinor: 0, reason: 'changed their mind', actor: { type: 'admin' } })
    expect(given.refunds).toMatchObject([{ amountMinor: 1250, status: 'succeeded', orderRefundId: given.id }])
    expect(await read()).toMatchObject({ paymentStatus: 'partially_refunded', fulfilmentStatus: 'none', displayStatus: 'confirmed' })
    expect(refundedAtBank(shop)).toBe(1250)
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 1 })

    const parcel = await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    expect(parcel.lines.map(({ quantity }) => quantity)).toEqual([1, 1])
    expect(await read()).toMatchObject({ fulfilmentStatus: 'shipped' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await expectSound(commerce)
  })

  test('leave the stock as damaged when they may not be sold again', async () => {
    const { commerce, refund, mug } = await paidOrder()
    await refund({ lines: [{ ...mug, quantity: 2, restock: false }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 8, reserved: 0 })
    await expectSound(commerce)
  })

  test('end an order of which the rest has gone: it is shipped, or delivered if all has arrived', async () => {
    for (const arrived of [false, true]) {
      const { commerce, refund, read, mug, tee, order } = await paidOrder()
      const parcel = await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [mug, tee] })
      if (arrived) await commerce.orders.deliver({ actor: staff, fulfilmentId: parcel.id })
      await refund({ lines: [mug] })
      expect(await read()).toMatchObject({ fulfilmentStatus: arrived ? 'delivered' : 'shipped' })
      await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'NOTHING_TO_FULFIL' })
      if (!arrived) await commerce.orders.deliver({ actor: staff, fulfilmentId: parcel.id })
      expect(await read()).toMatchObject({ fulfilmentStatus: 'delivered' })
      await expectSound(commerce)
    }
  })

  test('leave an order that is shown as cancelled when they were all there was, and as refunded once the shipping went back too', async () => {
    const { commerce, refund, read, mug, tee } = await paidOrder()
    await refund({ lines: [{ ...mug, quantity: 2 }, tee] })
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'partially_refunded', fulfilmentStatus: 'none', displayStatus: 'cancelled' })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
    await expectSound(commerce)
    await refund({ shipping: true })
    expect(await read()).toMatchObject({ paymentStatus: 'refunded', displayStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('that are owed are given up before those that are there, unless they are written off', async () => {
    for (const [restock, left] of [
      [true, { onHand: 1, reserved: 1 }],
      [false, { onHand: 0, reserved: 0 }],
    ] as const) {
      const { commerce } = await testShop()
      const prices = [{ currency: 'USD', amountMinor: 500 }]
      await commerce.catalog.upsertMany({
        products: [{ handle: 'lamp', title: 'Lamp', variants: [{ sku: 'LAMP', prices, backorder: 'allow', stock: [{ quantity: 1 }] }] }],
      })
      const { order } = await placeWith(commerce, await quotedCart(commerce, { LAMP: 2 }), 'card_ok', 'k')
      await commerce.orders.refund({ actor: staff, orderId: order.id, lines: [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1, restock }] })
      expect(await stockOf(commerce, 'LAMP')).toEqual(left)
      await expectSound(commerce)
    }
  })
})

describe('shipped units', () => {
  test('come back into the stock, or do not, as staff say', async () => {
    const shop = await paidOrder()
    const { commerce, refund, mug, order } = shop
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    const given = await refund({ lines: [mug] })
    expect(given.lines).toMatchObject([{ quantity: 1, cancelledQuantity: 0, restockedQuantity: 1, amountMinor: 1250 }])
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await refund({ lines: [{ ...mug, restock: false }] })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await expect(refund({ lines: [mug] })).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND', details: { remaining: 0 } })
    expect(refundedAtBank(shop)).toBe(2500)
    await expectSound(commerce)
  })

  test('can be meant while others of the line wait to be shipped', async () => {
    const { commerce, refund, read, mug, order } = await paidOrder()
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [mug] })
    await refund({ lines: [{ ...mug, from: 'shipped' }] })
    expect((await read()).lines.find(({ sku }) => sku === 'MUG')).toMatchObject({ cancelledQuantity: 0, refundedQuantity: 1 })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 9, reserved: 0 })
    await expectSound(commerce)
  })
})

describe('money', () => {
  test('what may be refunded, before and after', async () => {
    const { commerce, refund, mug, order } = await paidOrder()
    const refundable = () => commerce.orders.refundable({ actor: staff, orderId: order.id })
    expect(await refundable()).toMatchObject({
      refundableMinor: 5000,
      shippingMinor: 500,
      disputed: false,
      lines: [
        { sku: 'MUG', unshipped: 2, shipped: 0, amountMinor: 2500 },
        { sku: 'TEE-S', unshipped: 1, shipped: 0, amountMinor: 2000 },
      ],
    })
    await commerce.orders.fulfil({ actor: staff, orderId: order.id, lines: [mug] })
    await refund({ lines: [mug], shipping: 200 })
    expect(await refundable()).toMatchObject({ refundableMinor: 3550, shippingMinor: 300, lines: [{ unshipped: 0, shipped: 1, amountMinor: 1250 }, {}] })
  })

  test('is never more than was paid, in however many refunds', async () => {
    const shop = await paidOrder()
    const { commerce, refund, mug, tee } = shop
    await refund({ amountMinor: 3000 })
    await expect(refund({ amountMinor: 2001 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { requestedMinor: 2001, refundableMinor: 2000 } })
    await expect(refund({ lines: [mug, tee] })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { requestedMinor: 3250 } })
    await refund({ lines: [{ ...mug, quantity: 2 }, tee], amountMinor: 1500 })
    await expect(refund({ shipping: true, amountMinor: 501 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH' })
    await refund({ shipping: true })
    await expect(refund({ shipping: true })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { refundableMinor: 0 } })
    expect(refundedAtBank(shop)).toBe(5000)
    await expectSound(commerce)
  })

  test('goes once for one key', async () => {
    const shop = await paidOrder()
    const again = { amountMinor: 1000, idempotencyKey: 'r-1' }
    expect(await shop.refund(again)).toEqual(await shop.refund(again))
    await expect(shop.refund({ ...again, amountMinor: 1 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
    expect(refundedAtBank(shop)).toBe(1000)
  })

  test('that the provider does not return is refundable anew, by amount; the goods stay as they were', async () => {
    const shop = await paidOrder({}, 'card_slow_refund')
    const { commerce, bank, refund, read, mug, order } = shop
    await refund({ lines: [mug] })
    bank.ledger.settleRefund(bank.ledger.refunds()[0]?.providerRefundId ?? '', 'failed')
    await commerce.worker.runOnce()
    shop.clock.advance(60_000)
    await commerce.worker.runOnce()
    const [first] = await commerce.orders.refunds({ actor: staff, orderId: order.id })
    expect(first?.refunds).toMatchObject([{ status: 'failed' }])
    expect(await commerce.orders.refundable({ actor: staff, orderId: order.id })).toMatchObject({ refundableMinor: 5000, lines: [{ unshipped: 1 }, {}] })
    expect(await read()).toMatchObject({ paymentStatus: 'paid' })
    await refund({ amountMinor: 1250 })
    bank.ledger.settleRefund(bank.ledger.refunds()[1]?.providerRefundId ?? '')
    shop.clock.advance(60_000)
    await commerce.worker.runOnce()
    expect(await read()).toMatchObject({ paymentStatus: 'partially_refunded' })
    await expectSound(commerce)
  })

  test('is queued though nothing can be read any more once it has been booked: the worker sends it', async () => {
    const outage = { on: false }
    const storage = faultyStorage(sqliteStorage({ file: ':memory:' }), { next: (call) => (outage.on && call === 'snapshot' ? 'busy' : undefined) })
    const shop = await paidOrder({ storage })
    outage.on = true
    expect((await shop.refund({ amountMinor: 1000 })).refunds).toMatchObject([{ status: 'pending' }])
    outage.on = false
    await shop.commerce.worker.runOnce()
    expect(refundedAtBank(shop)).toBe(1000)
    await expectSound(shop.commerce)
  })

  test('comes from the oldest payment first, and from the next one for the rest', async () => {
    const shop = await paidOrder({}, 'card_duplicate')
    const { commerce, bank, order, refund } = shop
    await tellAll(shop)
    await commerce.worker.runOnce()
    const [extra] = bank.ledger.refunds()
    expect(extra).toMatchObject({ status: 'succeeded', amount: { amountMinor: 5000 } })
    bank.ledger.settleRefund(extra?.providerRefundId ?? '', 'failed')
    await tellAll(shop)
    const ofOrder = { actor: staff, orderId: order.id }
    expect(await commerce.orders.refundable(ofOrder)).toMatchObject({ refundableMinor: 10_000 })
    const [first, second] = await commerce.payments.ofOrder(ofOrder)
    const given = await refund({ amountMinor: 6000 })
    expect(given.refunds.map(({ paymentId, amountMinor, status }) => [paymentId, amountMinor, status])).toEqual([
      [first?.id, 5000, 'succeeded'],
      [second?.id, 1000, 'succeeded'],
    ])
    await expect(refund({ amountMinor: 4001 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { refundableMinor: 4000 } })
    expect((await refund({ amountMinor: 4000 })).refunds).toMatchObject([{ paymentId: second?.id, status: 'succeeded' }])
    expect(refundedAtBank(shop)).toBe(10_000)
  })

  test('stays where it is while the order is disputed, and less of it is left when the dispute is lost', async () => {
    const shop = await paidOrder()
    const { commerce, bank, order, refund, mug } = shop
    const providerPaymentId = bank.ledger.listPayments({ limit: 1 }).items[0]?.providerPaymentId ?? ''
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 2000)
    await tellAll(shop)
    const ofOrder = { actor: staff, orderId: order.id }
    expect(await commerce.orders.refundable(ofOrder)).toMatchObject({ disputed: true, refundableMinor: 3000 })
    for (const wanted of [{ amountMinor: 1 }, { lines: [mug] }, { shipping: true as const }]) {
      await expect(refund(wanted)).rejects.toMatchObject({ code: 'ORDER_CLOSED', details: { status: 'disputed' } })
    }
    bank.ledger.decideDispute(providerDisputeId, 'lost')
    await tellAll(shop)
    await expect(refund({ amountMinor: 3001 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH', details: { refundableMinor: 3000 } })
    await refund({ amountMinor: 3000 })
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })
})

describe('is refused', () => {
  test('to buyers, for another order’s line, for nothing, and without a word of what', async () => {
    const { commerce, cart, order, refund } = await paidOrder()
    await expect(commerce.orders.refund({ actor: cart.actor, orderId: order.id, amountMinor: 1 })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(refund({ lines: [{ orderLineId: crypto.randomUUID(), quantity: 1 }] })).rejects.toMatchObject({ code: 'NOTHING_TO_REFUND' })
    await expect(refund({ amountMinor: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(refund({})).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(commerce.orders.refund({ actor: staff, orderId: crypto.randomUUID(), amountMinor: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('before anything was captured, and for goods of an order that is over', async () => {
    const { commerce } = await testShop()
    const { order } = await placeWith(commerce, await quotedCart(commerce, { MUG: 1 }), 'card_ok', 'k', 'manual')
    await expect(commerce.orders.refund({ actor: staff, orderId: order.id, amountMinor: 1 })).rejects.toMatchObject({ code: 'REFUND_TOO_MUCH' })
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    const lines = [{ orderLineId: order.lines[0]?.id ?? '', quantity: 1 }]
    await expect(commerce.orders.refund({ actor: staff, orderId: order.id, lines })).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
      details: { status: 'cancelled' },
    })
  })
})

test('an order that was refunded in part can be cancelled: the rest goes back, and what was called off stays so', async () => {
  const shop = await paidOrder()
  const { commerce, refund, mug, order } = shop
  await refund({ lines: [mug] })
  await refund({ amountMinor: 100 })
  expect(await commerce.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
  expect(refundedAtBank(shop)).toBe(5000)
  expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 0 })
  await expectSound(commerce)
})

test('an order of which every unit was called off can be cancelled too', async () => {
  const { commerce, refund, mug, tee, order } = await paidOrder()
  await refund({ lines: [{ ...mug, quantity: 2 }, tee] })
  expect(await commerce.orders.cancel({ actor: staff, orderId: order.id })).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
  await expectSound(commerce)
})

test('the buyer reads of it', async () => {
  const { commerce, refund, cart, order } = await paidOrder()
  await refund({ amountMinor: 100 })
  const story = await commerce.orders.timeline({ actor: cart.actor, orderId: order.id })
  expect(story.map(({ type }) => type)).toEqual(['placed', 'confirmed', 'refund_queued', 'refunded'])
})
