import type { Dispute, DisputeId, Payment } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import { at, hour, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'
import { aDispute, captured, insertedPayment } from './stored-payments.ts'

export function disputeBehaviour(options: StorageSuiteOptions): void {
  describe('disputes', () => {
    const storage = testStorage(options)
    const find = (providerDisputeId: string) =>
      storage().snapshot(at(0), (snapshot) => snapshot.payments.findDispute({ provider: 'fake', providerDisputeId }), { fresh: true })
    const ofOrder = (payment: Payment) =>
      storage().snapshot(at(0), (snapshot) => snapshot.payments.disputesOfOrder({ orderId: payment.orderId }), { fresh: true })
    const insert = (dispute: Dispute) => storage().transaction(at(0), (tx) => tx.payments.insertDispute(dispute))

    it('are one under one id of the provider, and the transaction goes on', async () => {
      const dispute = aDispute(await insertedPayment(storage(), captured))
      await storage().transaction(at(0), async (tx) => {
        expect(await tx.payments.insertDispute(dispute)).toBe('inserted')
        expect(await tx.payments.insertDispute({ ...dispute, id: ids.next<DisputeId>(), amountMinor: 1 })).toBe('exists')
        expect(await tx.payments.insertDispute({ ...dispute, id: ids.next<DisputeId>(), provider: 'other' })).toBe('inserted')
      })
      expect(await find(dispute.providerDisputeId)).toEqual(dispute)
      expect(await find('none')).toBeUndefined()
    })

    it('are listed for their order, oldest first', async () => {
      const payment = await insertedPayment(storage(), captured)
      const late = aDispute(payment, { providerDisputeId: 'late', createdAt: moment(2000), evidenceDueBy: null })
      const early = aDispute(payment, { providerDisputeId: 'early', createdAt: moment(1000) })
      for (const dispute of [late, early]) await insert(dispute)
      expect(await ofOrder(payment)).toEqual([early, late])
      expect(await ofOrder(await insertedPayment(storage()))).toEqual([])
    })

    it('are saved when the version is the expected one, and only then', async () => {
      const dispute = aDispute(await insertedPayment(storage(), captured))
      await insert(dispute)
      const lost: Dispute = { ...dispute, status: 'lost', amountMinor: 900, evidenceDueBy: null, updatedAt: moment(hour), version: 2 }
      const save = (changed: Dispute, expectedVersion: number) =>
        storage().transaction(at(0), (tx) => tx.payments.saveDispute({ dispute: changed, expectedVersion }))
      expect(await save({ ...lost, version: 3 }, 2)).toBe('stale')
      expect([await save(lost, 1), await save(lost, 1)]).toEqual(['saved', 'stale'])
      expect(await find(dispute.providerDisputeId)).toEqual(lost)
    })
  })
}
