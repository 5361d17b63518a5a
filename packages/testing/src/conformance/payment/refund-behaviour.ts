import type { PaymentStore, Refund, Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDispute, aRefund, captured, insertedPayment, insertedRefund } from './stored-payments.ts'

export function refundBehaviour(options: StorageSuiteOptions): void {
  describe('refunds', () => {
    const storage = testStorage(options)
    const tx = <T>(work: (payments: PaymentStore) => Promise<T>) => storage().transaction(at(0), ({ payments }) => work(payments))
    const paid = () => insertedPayment(storage(), captured)
    const find = ({ id }: Refund) => storage().transaction(at(0), (tx) => tx.payments.findRefund({ refundId: id }))
    const claim = (ms: number, limit = 10, handle: Storage = storage()) =>
      handle.transaction(at(ms), (tx) => tx.payments.claimDueRefunds({ limit, leaseUntil: moment(ms + minute) }))
    const claimedIds = async (...params: Parameters<typeof claim>) => (await claim(...params)).map(({ id }) => id)

    it('are one under one key of a payment, and the transaction goes on', async () => {
      const payment = await paid()
      const another = await insertedPayment(storage(), { ...captured, providerPaymentId: 'p-2' })
      const refund = aRefund(payment)
      const sameKey = aRefund(another, { idempotencyKey: refund.idempotencyKey })
      await storage().transaction(at(0), async (tx) => {
        expect(await tx.payments.insertRefund(refund)).toBe('inserted')
        expect(await tx.payments.insertRefund(aRefund(payment, { amountMinor: 1 }))).toBe('exists')
        expect(await tx.payments.insertRefund(sameKey)).toBe('inserted')
      })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.refundsOfOrder({ orderId: payment.orderId }))).toEqual([refund])
    })

    it('are one of eight that meet under one key', async () => {
      const payment = await paid()
      const other = await storage.another()
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? storage() : other).transaction(at(0), (tx) => tx.payments.insertRefund(aRefund(payment)))),
      )
      expect(results.filter((result) => result === 'inserted')).toHaveLength(1)
    })

    it('are queued while their payment has the money, less what has gone back, is on its way, or is disputed', async () => {
      const payment = await paid()
      const queue = (amountMinor: number, idempotencyKey: string) => tx((payments) => payments.queueRefund(aRefund(payment, { amountMinor, idempotencyKey })))
      expect([await queue(600, 'a'), await queue(701, 'b'), await queue(600, 'a'), await queue(500, 'c')]).toEqual(['queued', 'exceeds', 'exists', 'queued'])
      const [first] = await tx((payments) => payments.refundsOfOrder({ orderId: payment.orderId }))
      if (first === undefined) throw new Error('nothing was queued')
      expect(first).toEqual(aRefund(payment, { id: first.id, amountMinor: 600, idempotencyKey: 'a' }))
      await tx((payments) => payments.saveRefund({ refund: { ...first, status: 'failed', version: 2 }, expectedVersion: 1 }))
      await tx((payments) => payments.insertDispute(aDispute(payment, { amountMinor: 300 })))
      expect([await queue(501, 'd'), await queue(500, 'e'), await queue(1, 'f')]).toEqual(['exceeds', 'queued', 'exceeds'])
    })

    it('are never queued beyond what was captured, though eight of 300 meet on 1,300', async () => {
      const payment = await paid()
      const other = await storage.another()
      const results = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          (index % 2 === 0 ? storage() : other).transaction(at(0), ({ payments }) =>
            payments.queueRefund(aRefund(payment, { amountMinor: 300, idempotencyKey: `refund-${index}` })),
          ),
        ),
      )
      expect(results.filter((result) => result === 'queued')).toHaveLength(4)
      expect(await tx((payments) => payments.refundsOfOrder({ orderId: payment.orderId }))).toHaveLength(4)
    })

    it('are listed for their order, oldest first', async () => {
      const payment = await paid()
      const second = await insertedRefund(storage(), payment, { idempotencyKey: 'b', amountMinor: 300, createdAt: moment(2000) })
      const first = await insertedRefund(storage(), payment, { idempotencyKey: 'a', amountMinor: 1000, createdAt: moment(1000) })
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.refundsOfOrder({ orderId: payment.orderId }))).toEqual([first, second])
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.payments.refundsOfOrder({ orderId: ids.next() }))).toEqual([])
    })

    it('are saved when the version is the expected one, and only then', async () => {
      const payment = await paid()
      const refund = await insertedRefund(storage(), payment)
      const done: Refund = { ...refund, status: 'succeeded', providerRefundId: 'r-1', nextAttemptAt: null, attempts: 1, version: 2 }
      const save = (changed: Refund, expectedVersion: number) =>
        storage().transaction(at(0), (tx) => tx.payments.saveRefund({ refund: changed, expectedVersion }))
      expect(await save({ ...done, version: 3 }, 2)).toBe('stale')
      expect(await find(refund)).toEqual(refund)
      expect([await save(done, 1), await save(done, 1)]).toEqual(['saved', 'stale'])
      expect(await find(refund)).toEqual(done)
      expect(await find(aRefund(payment))).toBeUndefined()
    })

    it('go to one of eight workers when they are due, and again once the lease is over; who sends them counts the attempts', async () => {
      const refund = await insertedRefund(storage(), await paid(), { nextAttemptAt: moment(minute) })
      const other = await storage.another()
      expect(await claimedIds(minute - 1)).toEqual([])
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claim(minute, 10, index % 2 === 0 ? storage() : other)))
      expect(claims.flat()).toEqual([{ ...refund, nextAttemptAt: moment(2 * minute) }])
      expect(await claimedIds(2 * minute)).toEqual([refund.id])
    })

    it('go out oldest first, up to the limit, and only while they are pending', async () => {
      const payment = await paid()
      const late = await insertedRefund(storage(), payment, { idempotencyKey: 'late', nextAttemptAt: moment(2000) })
      const early = await insertedRefund(storage(), payment, { idempotencyKey: 'early', nextAttemptAt: moment(1000) })
      await insertedRefund(storage(), payment, { idempotencyKey: 'over', status: 'failed', nextAttemptAt: moment(1000) })
      expect([await claimedIds(5000, 1), await claimedIds(5000, 1), await claimedIds(5000, 1)]).toEqual([[early.id], [late.id], []])
    })
  })
}
