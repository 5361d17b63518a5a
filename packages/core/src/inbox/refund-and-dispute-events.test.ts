import { describe, expect, test } from 'vitest'
import { expectSound, staff, stockOf, testShop } from '../../test/test-shop.ts'
import { deliver, placedOrder, tellAll, told, workInbox } from '../../test/webhook-shop.ts'

const minute = 60_000

async function paidOrder(method = 'card_ok') {
  const shop = await testShop()
  const placed = await placedOrder(shop, method)
  const ours = {
    refunds: () => shop.commerce.payments.refundsOfOrder({ actor: staff, orderId: placed.order.id }),
    disputes: () => shop.commerce.payments.disputesOfOrder({ actor: staff, orderId: placed.order.id }),
  }
  return { shop, ...shop, ...placed, ...ours }
}

describe('a refund made at the provider', () => {
  test('is booked with a record of its own, in part and then in whole, and touches no stock', async () => {
    const { shop, commerce, bank, providerPaymentId, read, refunds } = await paidOrder()
    bank.ledger.refundElsewhere(providerPaymentId, 500)
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'partially_refunded' })
    bank.ledger.refundElsewhere(providerPaymentId)
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'confirmed', paymentStatus: 'refunded', displayStatus: 'refunded' })
    const made = bank.ledger.refunds().map(({ providerRefundId, amount }) => ({ providerRefundId, amountMinor: amount.amountMinor }))
    expect(await refunds()).toMatchObject(made.map((refund) => ({ ...refund, status: 'succeeded', reason: 'made at the provider' })))
    expect(await stockOf(commerce, 'MUG')).toEqual({ onHand: 10, reserved: 2 })
    await expectSound(commerce)
  })

  test('is found by an event that speaks of the payment only, and leaves the rest for a cancellation to return', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder()
    bank.ledger.refundElsewhere(providerPaymentId, 500)
    await deliver(shop, [bank.ledger.announce('payment.changed', providerPaymentId)])
    await workInbox(commerce)
    expect(await read()).toMatchObject({ paymentStatus: 'partially_refunded' })
    clock.advance(minute)
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect((await refunds()).map(({ amountMinor, status }) => [amountMinor, status])).toEqual([
      [500, 'succeeded'],
      [2000, 'succeeded'],
    ])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('in part, of which nobody has told when all is cancelled, leaves no money behind: the rest is asked for once more', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder()
    bank.ledger.refundElsewhere(providerPaymentId, 500)
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect((await refunds()).map(({ amountMinor, status }) => [amountMinor, status])).toEqual([[2500, 'failed']])
    await tellAll(shop)
    expect((await refunds()).map(({ amountMinor, status }) => [amountMinor, status]).sort()).toEqual([
      [2000, 'pending'],
      [2500, 'failed'],
      [500, 'succeeded'],
    ])
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    await tellAll(shop)
    expect(bank.ledger.refunds().map(({ amount }) => amount.amountMinor)).toEqual([500, 2000])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('in part, and fails after ours was refused for it, leaves no money behind, whenever that is heard of', async () => {
    for (const heard of ['of its making too', 'only of its failure']) {
      const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder('card_slow_refund')
      const { providerRefundId } = bank.ledger.refundElsewhere(providerPaymentId, 500)
      await commerce.orders.cancel({ actor: staff, orderId: order.id })
      if (heard === 'of its making too') await tellAll(shop)
      bank.ledger.settleRefund(providerRefundId, 'failed')
      await tellAll(shop)
      clock.advance(minute)
      await commerce.worker.runOnce({ jobs: ['refunds'] })
      for (const refund of bank.ledger.refunds()) if (refund.status === 'pending') bank.ledger.settleRefund(refund.providerRefundId)
      await tellAll(shop)
      const returned = (await refunds()).filter(({ status }) => status === 'succeeded').reduce((sum, { amountMinor }) => sum + amountMinor, 0)
      expect(returned, heard).toBe(2500)
      expect(await read(), heard).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
      await expectSound(commerce)
    }
  })

  test('before the order was cancelled, and fails afterwards, is asked for by the shop', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder('card_slow_refund')
    const { providerRefundId } = bank.ledger.refundElsewhere(providerPaymentId)
    await tellAll(shop)
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    bank.ledger.settleRefund(providerRefundId, 'failed')
    await tellAll(shop)
    expect(await refunds()).toMatchObject([{ status: 'failed' }, { status: 'pending', amountMinor: 2500, reason: 'its order is over' }])
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    for (const refund of bank.ledger.refunds()) if (refund.status === 'pending') bank.ledger.settleRefund(refund.providerRefundId)
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('C11: that takes its time, succeeds, and fails after all, opens the order’s money again', async () => {
    const { shop, commerce, bank, clock, providerPaymentId, read, refunds } = await paidOrder('card_slow_refund')
    const { providerRefundId: first } = bank.ledger.refundElsewhere(providerPaymentId, 500)
    const { providerRefundId: second } = bank.ledger.refundElsewhere(providerPaymentId, 2000)
    await tellAll(shop)
    expect(await read()).toMatchObject({ paymentStatus: 'paid' })
    expect((await refunds()).map(({ status }) => status)).toEqual(['pending', 'pending'])
    bank.ledger.settleRefund(first)
    clock.advance(minute)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(await read()).toMatchObject({ paymentStatus: 'partially_refunded' })
    bank.ledger.settleRefund(second)
    await tellAll(shop)
    expect(await read()).toMatchObject({ paymentStatus: 'refunded' })

    bank.ledger.settleRefund(second, 'failed')
    await tellAll(shop)
    expect(await read()).toMatchObject({ paymentStatus: 'partially_refunded' })
    bank.ledger.settleRefund(first, 'failed')
    await tellAll(shop)
    expect(await read()).toMatchObject({ paymentStatus: 'paid', displayStatus: 'confirmed' })
    expect((await refunds()).map(({ status }) => status)).toEqual(['failed', 'failed'])
    await expectSound(commerce)
  })
})

describe('a refund of ours', () => {
  test('is moved on by its event, whether or not its own answer has come', async () => {
    const { shop, commerce, bank, order, read, refunds } = await paidOrder('card_slow_refund')
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await refunds()).toMatchObject([{ status: 'pending' }])
    bank.ledger.settleRefund(bank.ledger.refunds()[0]?.providerRefundId ?? '')
    await tellAll(shop)
    expect(await refunds()).toMatchObject([{ status: 'succeeded', amountMinor: 2500 }])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })
})

describe('a dispute', () => {
  test('flags the order, stops parcels, cancellations and refunds, and when it is won, lets them go on', async () => {
    const { shop, commerce, bank, order, providerPaymentId, read, disputes } = await paidOrder()
    const { providerDisputeId, evidenceDueBy } = bank.ledger.openDispute(providerPaymentId)
    await tellAll(shop)
    expect(await read()).toMatchObject({ disputed: true, paymentStatus: 'paid', displayStatus: 'under review' })
    expect(await disputes()).toMatchObject([{ providerDisputeId, status: 'open', amountMinor: 2500, currency: 'USD', evidenceDueBy }])
    await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
    await expect(commerce.orders.cancel({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })

    bank.ledger.decideDispute(providerDisputeId, 'won')
    await tellAll(shop)
    expect(await read()).toMatchObject({ disputed: false, paymentStatus: 'paid', displayStatus: 'confirmed' })
    const notes = (await commerce.orders.history({ actor: staff, orderId: order.id })).filter(({ change }) => change === 'disputed').map(({ note }) => note)
    expect(notes).toEqual(['dispute opened: product_not_received', 'dispute won'])
    await commerce.orders.fulfil({ actor: staff, orderId: order.id })
    await expectSound(commerce)
  })

  test('that is lost takes its money for good: what was not shipped stays, and a cancellation refunds what is left', async () => {
    const { shop, commerce, bank, order, providerPaymentId, read, disputes, refunds } = await paidOrder()
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 2000)
    bank.ledger.decideDispute(providerDisputeId, 'lost')
    await tellAll(shop)
    expect(await read()).toMatchObject({ disputed: false, paymentStatus: 'partially_refunded' })
    expect(await disputes()).toMatchObject([{ status: 'lost', amountMinor: 2000 }])
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await refunds()).toMatchObject([{ amountMinor: 500, status: 'succeeded' }])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('that is lost for the whole amount leaves nothing to ship or to refund; turned round, it does', async () => {
    const { shop, commerce, bank, order, providerPaymentId, read } = await paidOrder()
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId)
    await tellAll(shop)
    bank.ledger.decideDispute(providerDisputeId, 'lost')
    await tellAll(shop)
    expect(await read()).toMatchObject({ disputed: false, paymentStatus: 'refunded' })
    await expect(commerce.orders.fulfil({ actor: staff, orderId: order.id })).rejects.toMatchObject({ code: 'ORDER_CLOSED' })
    bank.ledger.decideDispute(providerDisputeId, 'won')
    await tellAll(shop)
    expect(await read()).toMatchObject({ paymentStatus: 'paid' })
    await expectSound(commerce)
  })

  test('holds back a refund that was queued before, which is sent once it is over', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder('card_slow_refund')
    const held = await testShop({ clock, storage: commerce.storage, payments: [{ ...bank, refund: async () => ({ outcome: 'unknown', cause: 'reset' }) }] })
    await held.commerce.orders.cancel({ actor: staff, orderId: order.id })
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId)
    await tellAll(shop)
    clock.advance(60 * minute)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    expect(bank.ledger.refunds()).toEqual([])
    expect(await refunds()).toMatchObject([{ status: 'pending' }])
    bank.ledger.decideDispute(providerDisputeId, 'won')
    await tellAll(shop)
    clock.advance(60 * minute)
    await commerce.worker.runOnce({ jobs: ['refunds'] })
    bank.ledger.settleRefund(bank.ledger.refunds()[0]?.providerRefundId ?? '')
    await tellAll(shop)
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('of which the shop hears when it has won it, and for which the provider refused a refund meanwhile, lets that refund go', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder()
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId)
    await commerce.orders.cancel({ actor: staff, orderId: order.id })
    expect(await refunds()).toMatchObject([{ status: 'failed', amountMinor: 2500 }])
    bank.ledger.decideDispute(providerDisputeId, 'won')
    await tellAll(shop)
    clock.advance(minute)
    await commerce.worker.runOnce()
    expect((await refunds()).map(({ status }) => status).sort()).toEqual(['failed', 'succeeded'])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('that is opened and won while the provider’s refusal of a refund is on its way lets that refund go', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder()
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId)
    const slow = await testShop({
      clock,
      storage: commerce.storage,
      payments: [
        {
          ...bank,
          refund: async (params) => {
            const refusal = await bank.refund(params)
            bank.ledger.decideDispute(providerDisputeId, 'won')
            await tellAll(shop)
            return refusal
          },
        },
      ],
    })
    await slow.commerce.orders.cancel({ actor: staff, orderId: order.id })
    clock.advance(minute)
    await commerce.worker.runOnce()
    expect((await refunds()).map(({ status }) => status).sort()).toEqual(['failed', 'succeeded'])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })

  test('that takes a part of what waits to be refunded lets the rest go back', async () => {
    const { shop, commerce, bank, clock, order, providerPaymentId, read, refunds } = await paidOrder()
    const held = await testShop({ clock, storage: commerce.storage, payments: [{ ...bank, refund: async () => ({ outcome: 'unknown', cause: 'reset' }) }] })
    await held.commerce.orders.cancel({ actor: staff, orderId: order.id })
    const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 700)
    await tellAll(shop)
    bank.ledger.decideDispute(providerDisputeId, 'lost')
    await tellAll(shop)
    for (let hours = 0; hours < 2; hours += 1) {
      clock.advance(60 * minute)
      await commerce.worker.runOnce({ jobs: ['refunds'] })
    }
    expect((await refunds()).map(({ amountMinor, status }) => [amountMinor, status])).toEqual([
      [2500, 'failed'],
      [1800, 'succeeded'],
    ])
    expect(await read()).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' })
    await expectSound(commerce)
  })
})

test('staff see a payment whole, and how its provider sees it', async () => {
  const { shop, commerce, bank, payment, providerPaymentId } = await paidOrder()
  const { providerDisputeId } = bank.ledger.openDispute(providerPaymentId, 100)
  bank.ledger.refundElsewhere(providerPaymentId, 500)
  await tellAll(shop)
  const request = { actor: staff, paymentId: payment.id }
  const report = await commerce.payments.report(request)
  expect(report).toMatchObject({ payment: { id: payment.id, status: 'captured' }, refunds: [{ amountMinor: 500 }], disputes: [{ providerDisputeId }] })
  expect(report.payment).not.toHaveProperty('method')
  expect(report.events.map(({ type }) => type)).toEqual(told(bank).map(({ type }) => type))
  const theirs = await commerce.payments.providerReport(request)
  expect(theirs).toMatchObject({
    payments: [{ providerPaymentId, refundedMinor: 500 }],
    refunds: [{ amount: { amountMinor: 500 } }],
    disputes: [{ providerDisputeId }],
  })
  await expect(commerce.payments.report({ ...request, paymentId: '01900000-0000-7000-8000-000000000000' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(commerce.payments.report({ ...request, actor: { type: 'customer', customerId: 'ada' } })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
