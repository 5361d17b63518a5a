import type { Order, Payment, PaymentHistoryEntry, PaymentId, Refund, RefundId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment, start } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from './order-behaviour.ts'

function aPayment(order: Order, overrides: Partial<Payment> = {}): Payment {
  return {
    id: ids.next<PaymentId>(),
    orderId: order.id,
    provider: 'fake',
    providerPaymentId: null,
    method: 'card_ok',
    capture: 'automatic',
    status: 'created',
    amountMinor: 1300,
    currency: 'USD',
    authorisedMinor: 0,
    capturedMinor: 0,
    declineCode: null,
    action: null,
    idempotency: { scope: 'customer:1', operation: 'checkout.place', key: 'key-1' },
    nextCheckAt: moment(minute),
    checks: 0,
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

function historyOf(payment: Payment): PaymentHistoryEntry {
  return {
    paymentId: payment.id,
    version: payment.version,
    status: payment.status,
    eventId: ids.next(),
    actor: { type: 'system', id: null },
    at: payment.updatedAt,
  }
}

function aRefund(payment: Payment, overrides: Partial<Refund> = {}): Refund {
  return {
    id: ids.next<RefundId>(),
    paymentId: payment.id,
    orderId: payment.orderId,
    provider: payment.provider,
    providerRefundId: null,
    idempotencyKey: `refund:${payment.id}`,
    status: 'pending',
    amountMinor: 1300,
    currency: 'USD',
    reason: 'order cancelled',
    nextAttemptAt: start,
    attempts: 0,
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

export function paymentBehaviour(options: StorageSuiteOptions): void {
  describe('payments and refunds', () => {
    const storage = testStorage(options)
    const inserted = async (overrides: Partial<Payment> = {}): Promise<Payment> => {
      const payment = aPayment(await insertedOrder(storage()), overrides)
      await storage().transaction(at(0), (tx) => tx.payments.insert({ payment, history: historyOf(payment) }))
      return payment
    }
    const find = (payment: Payment) => storage().snapshot(at(0), (snapshot) => snapshot.payments.find({ paymentId: payment.id }), { fresh: true })

    it('gives back what was put in', async () => {
      const payment = await inserted({ status: 'requires_action', action: { type: 'redirect', value: 'https://bank.example/1' } })
      expect(await find(payment)).toEqual(payment)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.ofOrder({ orderId: payment.orderId }))).toEqual([payment])
    })

    it('lets one of ten concurrent saves of one version through, with one history entry', async () => {
      const payment = await inserted()
      const other = await storage.another()
      const captured: Payment = { ...payment, status: 'captured', capturedMinor: 1300, providerPaymentId: 'p-1', nextCheckAt: null, version: 2 }
      const save = (handle: typeof other) =>
        handle.transaction(at(0), (tx) => tx.payments.save({ payment: captured, expectedVersion: 1, history: historyOf(captured) }))
      const results = await Promise.all(Array.from({ length: 10 }, (_, index) => save(index % 2 === 0 ? storage() : other)))
      expect(results.filter((result) => result === 'saved')).toHaveLength(1)
      expect(await find(payment)).toEqual(captured)
      const history = await storage().snapshot(at(0), (snapshot) => snapshot.payments.history({ paymentId: payment.id }))
      expect(history.map(({ version, status }) => [version, status])).toEqual([
        [1, 'created'],
        [2, 'captured'],
      ])
    })

    it('hands a due payment to one of eight workers, and again once the lease is over', async () => {
      const payment = await inserted()
      const other = await storage.another()
      const claim = async (handle: typeof other, ms: number) =>
        (await handle.transaction(at(ms), (tx) => tx.payments.claimDue({ limit: 10, leaseUntil: moment(ms + minute) }))).map(({ id }) => id)
      expect(await claim(storage(), minute - 1)).toEqual([])
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(index % 2 === 0 ? storage() : other, minute)))
      expect(claims.flat()).toEqual([payment.id])
      expect(await claim(storage(), 2 * minute)).toEqual([payment.id])
    })

    it('does not hand out a payment that nothing is expected of', async () => {
      const payment = await inserted()
      await storage().transaction(at(0), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt: null }))
      expect(await storage().transaction(at(60 * minute), (tx) => tx.payments.claimDue({ limit: 10, leaseUntil: moment(61 * minute) }))).toEqual([])
      expect((await find(payment))?.version).toBe(1)
    })

    it('takes one refund under one key, and lets the transaction go on', async () => {
      const payment = await inserted({ status: 'captured', capturedMinor: 1300, providerPaymentId: 'p-1', nextCheckAt: null })
      const refund = aRefund(payment)
      await storage().transaction(at(0), async (tx) => {
        expect(await tx.payments.insertRefund(refund)).toBe('inserted')
        expect(await tx.payments.insertRefund(aRefund(payment))).toBe('exists')
      })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.refundsOfOrder({ orderId: payment.orderId }))).toEqual([refund])
    })

    it('hands out due refunds once per lease, and saves them by version', async () => {
      const payment = await inserted({ status: 'captured', capturedMinor: 1300, providerPaymentId: 'p-1', nextCheckAt: null })
      const refund = aRefund(payment)
      await storage().transaction(at(0), (tx) => tx.payments.insertRefund(refund))
      const claim = async () =>
        (await storage().transaction(at(0), (tx) => tx.payments.claimDueRefunds({ limit: 10, leaseUntil: moment(minute) }))).map(({ id }) => id)
      expect([await claim(), await claim()]).toEqual([[refund.id], []])
      const done: Refund = { ...refund, status: 'succeeded', providerRefundId: 'r-1', nextAttemptAt: null, attempts: 1, version: 2 }
      const save = () => storage().transaction(at(0), (tx) => tx.payments.saveRefund({ refund: done, expectedVersion: 1 }))
      expect([await save(), await save()]).toEqual(['saved', 'stale'])
      expect(await storage().transaction(at(0), (tx) => tx.payments.findRefund({ refundId: refund.id }))).toEqual(done)
    })
  })
}
