import type { Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { at, minute, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { findPayment, insertedPayment } from './stored-payments.ts'

export function duePaymentBehaviour(options: StorageSuiteOptions): void {
  describe('payments that are due', () => {
    const storage = testStorage(options)
    const claim = (ms: number, limit = 10, handle: Storage = storage()) =>
      handle.transaction(at(ms), (tx) => tx.payments.claimDue({ limit, leaseUntil: moment(ms + minute) }))
    const claimedIds = async (...params: Parameters<typeof claim>) => (await claim(...params)).map(({ id }) => id)

    it('go to one of eight workers, and again once the lease is over', async () => {
      const payment = await insertedPayment(storage())
      const other = await storage.another()
      expect(await claimedIds(minute - 1)).toEqual([])
      const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => claimedIds(minute, 10, index % 2 === 0 ? storage() : other)))
      expect(claims.flat()).toEqual([payment.id])
      expect(await claimedIds(2 * minute - 1)).toEqual([])
      expect(await claimedIds(2 * minute)).toEqual([payment.id])
    })

    it('go out oldest first, up to the limit', async () => {
      const late = await insertedPayment(storage(), { nextCheckAt: moment(3000) })
      const early = await insertedPayment(storage(), { nextCheckAt: moment(1000) })
      const middle = await insertedPayment(storage(), { nextCheckAt: moment(2000) })
      expect([await claimedIds(5000, 2), await claimedIds(5000, 2)]).toEqual([[early.id, middle.id], [late.id]])
    })

    it('count the look and keep their version: a claim is no change of state', async () => {
      const payment = await insertedPayment(storage())
      const leased = { ...payment, nextCheckAt: moment(2 * minute), checks: 1 }
      expect(await claim(minute)).toEqual([leased])
      expect(await findPayment(storage(), payment)).toEqual(leased)
    })

    it('do not go out while nothing is expected of them', async () => {
      const payment = await insertedPayment(storage())
      const schedule = (nextCheckAt: Date | null) => storage().transaction(at(0), (tx) => tx.payments.schedule({ paymentId: payment.id, nextCheckAt }))
      await schedule(null)
      expect(await claimedIds(60 * minute)).toEqual([])
      expect(await findPayment(storage(), payment)).toEqual({ ...payment, nextCheckAt: null })
      await schedule(moment(5 * minute))
      expect(await claimedIds(60 * minute)).toEqual([payment.id])
    })

    it('stay due when the transaction that took them rolls back', async () => {
      const payment = await insertedPayment(storage())
      const attempt = storage().transaction(at(minute), async (tx) => {
        await tx.payments.claimDue({ limit: 10, leaseUntil: moment(2 * minute) })
        throw new Error('give up')
      })
      await expect(attempt).rejects.toThrow('give up')
      expect(await claimedIds(minute)).toEqual([payment.id])
    })
  })
}
