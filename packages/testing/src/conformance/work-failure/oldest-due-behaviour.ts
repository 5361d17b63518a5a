import type { SessionId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { insertedCustomer } from '../customer/stored-customers.ts'
import { ids } from '../fixtures.ts'
import { recorded, take } from '../inbox/stored-events.ts'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { insertedOrder } from '../order/stored-orders.ts'
import { captured, insertedPayment, insertedRefund } from '../payment/stored-payments.ts'
import { held, stocked } from '../stock/stocked-shop.ts'

export function oldestDueBehaviour(options: StorageSuiteOptions): void {
  describe('what has been due longest', () => {
    const storage = testStorage(options)
    const oldestDue = async (ms: number) => {
      const due = await storage().snapshot(at(ms), ({ workFailures }) => workFailures.oldestDue(), { fresh: true })
      return Object.fromEntries(due)
    }

    it('is nothing in an empty shop', async () => {
      expect(await oldestDue(60 * minute)).toEqual({})
    })

    it('is told of the inbox, until somebody takes it', async () => {
      await recorded(storage(), { nextAttemptAt: moment(3 * minute) })
      await recorded(storage(), { nextAttemptAt: moment(2 * minute) })
      expect(await oldestDue(2 * minute - 1)).toEqual({})
      expect(await oldestDue(2 * minute)).toEqual({ inbox: moment(2 * minute) })
      await take(storage(), 2 * minute)
      expect(await oldestDue(3 * minute - 1)).toEqual({})
      expect(await oldestDue(9 * minute)).toEqual({ inbox: moment(3 * minute) })
    })

    it('is told of payments and refunds, until they are over', async () => {
      const payment = await insertedPayment(storage(), { nextCheckAt: moment(5 * minute) })
      expect(await oldestDue(9 * minute)).toEqual({ completer: moment(5 * minute) })
      await storage().transaction(at(0), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt: null }))
      expect(await oldestDue(9 * minute)).toEqual({})
      const refund = await insertedRefund(storage(), await insertedPayment(storage(), captured), { nextAttemptAt: moment(4 * minute) })
      expect(await oldestDue(9 * minute)).toEqual({ refunds: moment(4 * minute) })
      const done = { ...refund, status: 'succeeded', providerRefundId: 'r-1', nextAttemptAt: null, attempts: 1, version: 2 } as const
      await storage().transaction(at(0), (tx) => tx.payments.saveRefund({ refund: done, expectedVersion: 1 }))
      expect(await oldestDue(9 * minute)).toEqual({})
    })

    it('is told of unpaid orders and of holds, whichever has been due longer', async () => {
      await stocked(storage(), { 'MUG-1': 5 })
      await held(storage(), [{ sku: 'MUG-1', quantity: 1 }], moment(20 * minute))
      expect(await oldestDue(30 * minute)).toEqual({ expiry: moment(20 * minute) })
      await insertedOrder(storage(), { status: 'pending', expiresAt: moment(18 * minute) })
      expect(await oldestDue(30 * minute)).toEqual({ expiry: moment(18 * minute) })
      await insertedOrder(storage(), { status: 'pending', expiresAt: moment(25 * minute) })
      expect(await oldestDue(30 * minute)).toEqual({ expiry: moment(18 * minute) })
    })

    it('is told of what waits to be swept away, until it is', async () => {
      const { id: customerId } = await insertedCustomer(storage())
      const times = { createdAt: moment(0), seenAt: moment(0), expiresAt: moment(3 * minute), endsAt: moment(9 * minute) }
      await storage().transaction(at(0), (tx) => tx.accounts.openSession({ session: { id: ids.next<SessionId>(), customerId, ...times }, tokenHash: 's' }))
      expect(await oldestDue(3 * minute - 1)).toEqual({})
      expect(await oldestDue(9 * minute)).toEqual({ sweep: moment(3 * minute) })
      await storage().transaction(at(4 * minute), (tx) => tx.accounts.prune({ limit: 10 }))
      expect(await oldestDue(9 * minute)).toEqual({})
    })

    it('is told again when the transaction that took it rolls back', async () => {
      await recorded(storage(), { nextAttemptAt: moment(minute) })
      const attempt = storage().transaction(at(2 * minute), async (tx) => {
        expect(await tx.inbox.claimDue({ limit: 1, leaseUntil: moment(9 * minute) })).toHaveLength(1)
        throw new Error('killed')
      })
      await expect(attempt).rejects.toThrow('killed')
      expect(await oldestDue(2 * minute)).toEqual({ inbox: moment(minute) })
    })
  })
}
