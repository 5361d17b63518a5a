import type { Payment, Refund } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import {
  createdPayment,
  minutes,
  movePayment,
  nextId,
  type OpenShop,
  openShop,
  orderLine,
  orderStep,
  paymentStep,
  pendingOrder,
  queueRefund,
} from '../../test/small-shop.ts'

async function insertPayment(shop: OpenShop, patch: Partial<Payment> = {}, minute = 1): Promise<Payment> {
  return shop.at(minutes(minute), async (tx) => {
    const order = pendingOrder(tx.now, [orderLine('FILE', 1)])
    const payment = createdPayment(tx.now, order, patch)
    await tx.orders.insert({ order, history: orderStep(order, 'placed') })
    await tx.payments.insert({ payment, history: paymentStep(payment) })
    return payment
  })
}

async function insertRefund(shop: OpenShop, minute = 2): Promise<Refund> {
  const created = await insertPayment(shop)
  return shop.at(minutes(minute), async (tx) => {
    const payment = await movePayment(tx, created, 'captured', { capturedMinor: created.amountMinor })
    const refund = await tx.payments.findRefund({ refundId: await queueRefund(tx, payment) })
    if (refund === undefined) throw new Error('no refund')
    return refund
  })
}

describe('a payment', () => {
  it('is found as it was inserted', async () => {
    const shop = await openShop()
    const action = { type: 'redirect', value: 'https://pay.example' } as const
    const acted = await insertPayment(shop, { status: 'requires_action', action })
    const plain = await insertPayment(shop, { idempotency: null, nextCheckAt: null })
    await shop.at(minutes(2), async (tx) => {
      expect(await tx.payments.find({ paymentId: acted.id })).toEqual(acted)
      expect(await tx.payments.ofOrder({ orderId: plain.orderId })).toEqual([plain])
      expect(await tx.payments.history({ paymentId: plain.id })).toMatchObject([{ version: 1, status: 'created', at: minutes(1) }])
      expect(await tx.payments.scan({ limit: 1 })).toEqual([acted])
      expect(await tx.payments.scan({ afterId: acted.id, limit: 9 })).toEqual([plain])
    })
  })

  it('is saved once per version', async () => {
    const shop = await openShop()
    const payment = await insertPayment(shop)
    const captured = await shop.at(minutes(2), (tx) => movePayment(tx, payment, 'captured', { capturedMinor: 17, declineCode: 'none' }))
    const failed = { ...payment, status: 'failed', version: 2 } as const
    expect(await shop.at(minutes(3), (tx) => tx.payments.save({ payment: failed, expectedVersion: 1, history: paymentStep(failed) }))).toBe('stale')
    expect(await shop.at(minutes(4), (tx) => tx.payments.find({ paymentId: payment.id }))).toEqual(captured)
    expect((await shop.at(minutes(4), (tx) => tx.payments.history({ paymentId: payment.id }))).map(({ status }) => status)).toEqual(['created', 'captured'])
  })

  it('is the only open one of its order', async () => {
    const shop = await openShop()
    const payment = await insertPayment(shop)
    const second = { ...payment, id: nextId<Payment['id']>() }
    const insert = shop.at(minutes(2), (tx) => tx.payments.insert({ payment: second, history: paymentStep(second) }))
    await expect(insert).rejects.toMatchObject({ code: 'CONSTRAINT_VIOLATION', details: { constraint: 'payments_one_open_per_order' } })
  })
})

describe('the completer’s queue', () => {
  it('hands each due payment to one of two workers, the oldest first, and again when the lease is over', async () => {
    const shop = await openShop()
    const made: Payment[] = []
    for (const minute of [3, 1, 2]) made.push(await insertPayment(shop, {}, minute))
    const claim = (minute: number, limit: number) => shop.at(minutes(minute), (tx) => tx.payments.claimDue({ limit, leaseUntil: minutes(minute + 5) }))
    expect(await claim(1, 9)).toEqual([])
    const [one, two] = await Promise.all([claim(10, 2), claim(10, 2)])
    expect(one.map(({ id }) => id)).toEqual([made[1]?.id, made[2]?.id])
    expect(two.map(({ id }) => id)).toEqual([made[0]?.id])
    expect(one[0]).toEqual({ ...made[1], nextCheckAt: minutes(15), checks: 1 })

    expect(await claim(14, 9)).toEqual([])
    const again = await claim(15, 9)
    expect(again).toHaveLength(3)
    expect(again.every(({ checks, version }) => checks === 2 && version === 1)).toBe(true)
  })

  it('leaves out what nobody has to look at', async () => {
    const shop = await openShop()
    const payment = await insertPayment(shop)
    await shop.at(minutes(2), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt: null }))
    expect(await shop.at(minutes(9), (tx) => tx.payments.claimDue({ limit: 9, leaseUntil: minutes(10) }))).toEqual([])
    await shop.at(minutes(10), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt: minutes(11) }))
    expect(await shop.at(minutes(11), (tx) => tx.payments.claimDue({ limit: 9, leaseUntil: minutes(12) }))).toHaveLength(1)
  })
})

describe('a refund', () => {
  it('exists once per payment and key', async () => {
    const shop = await openShop()
    const refund = await insertRefund(shop)
    await shop.at(minutes(3), async (tx) => {
      expect(await tx.payments.insertRefund({ ...refund, id: nextId<Refund['id']>(), providerRefundId: null })).toBe('exists')
      expect(await tx.payments.insertRefund({ ...refund, id: nextId<Refund['id']>(), providerRefundId: null, idempotencyKey: 'other' })).toBe('inserted')
      const stored = await tx.payments.refundsOfOrder({ orderId: refund.orderId })
      expect(stored.map(({ idempotencyKey }) => idempotencyKey)).toEqual([refund.idempotencyKey, 'other'])
      expect(stored[0]).toEqual(refund)
    })
  })

  it('is handed to one worker at a time while it is pending, and saved once per version', async () => {
    const shop = await openShop()
    const refund = await insertRefund(shop)
    const claim = (minute: number) => shop.at(minutes(minute), (tx) => tx.payments.claimDueRefunds({ limit: 9, leaseUntil: minutes(minute + 5) }))
    const [one, two] = await Promise.all([claim(3), claim(3)])
    expect([...one, ...two]).toEqual([{ ...refund, nextAttemptAt: minutes(8) }])

    const done = { ...refund, status: 'succeeded', attempts: 1, updatedAt: minutes(4), version: 2 } as const
    expect(await shop.at(minutes(4), (tx) => tx.payments.saveRefund({ refund: done, expectedVersion: 1 }))).toBe('saved')
    expect(await shop.at(minutes(5), (tx) => tx.payments.saveRefund({ refund: { ...done, status: 'failed' }, expectedVersion: 1 }))).toBe('stale')
    expect(await shop.at(minutes(5), (tx) => tx.payments.findRefund({ refundId: refund.id }))).toEqual(done)
    expect(await claim(99)).toEqual([])
  })
})
