import type { RefundId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { accepted, refund, reread, started, testProvider, unhurried } from './test-provider.ts'

export function refundBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('refund', () => {
    const opened = testProvider(options)

    it('gives back parts up to what was captured, and no more', async () => {
      const payment = await started(opened())
      expect(accepted(await refund(opened(), payment, 1000)).amount.amountMinor).toBe(1000)
      expect((await refund(opened(), payment, 1501)).outcome).toBe('rejected')
      expect(accepted(await refund(opened(), payment, 1500)).amount.amountMinor).toBe(1500)
      expect((await refund(opened(), payment, 1)).outcome).toBe('rejected')
      expect(await reread(opened(), payment)).toMatchObject({ capturedMinor: 2500, refundedMinor: 2500 })
    })

    it('gives back once for one key', async () => {
      const payment = await started(opened())
      const refundId = ids.next<RefundId>()
      const changes = [await refund(opened(), payment, 1000, { refundId }), await refund(opened(), payment, 1000, { refundId })]
      expect(new Set(changes.map((change) => accepted(change).providerRefundId)).size).toBe(1)
      expect((await reread(opened(), payment))?.refundedMinor).toBe(1000)
    })

    it('refuses another amount under a key that was used', async () => {
      const payment = await started(opened())
      const key = { refundId: ids.next<RefundId>() }
      await refund(opened(), payment, 1000, key)
      expect((await refund(opened(), payment, 900, key)).outcome).toBe('rejected')
      expect((await reread(opened(), payment))?.refundedMinor).toBe(1000)
    })

    it('rejects when nothing was captured', async () => {
      const payment = await started(opened(), { capture: 'manual' })
      expect((await refund(opened(), payment, 1000)).outcome).toBe('rejected')
    })

    it('can be looked up by its id, and carries ours', async () => {
      const payment = await started(opened())
      const refundId = ids.next<RefundId>()
      const made = accepted(await refund(opened(), payment, 1000, { refundId }))
      const found = await opened().provider.getRefund({ providerRefundId: made.providerRefundId, ...unhurried() })
      expect(found).toMatchObject({
        providerRefundId: made.providerRefundId,
        providerPaymentId: payment.providerPaymentId,
        refundId,
        amount: { amountMinor: 1000 },
      })
    })

    it('are all listed for their payment, oldest first, and none of another', async () => {
      const payment = await started(opened())
      const other = await started(opened())
      const made = [accepted(await refund(opened(), payment, 1000)), accepted(await refund(opened(), payment, 500))]
      await refund(opened(), other, 700)
      const found = await opened().provider.findRefunds({ providerPaymentId: payment.providerPaymentId, ...unhurried() })
      expect(found.map(({ providerRefundId }) => providerRefundId)).toEqual(made.map(({ providerRefundId }) => providerRefundId))
      const unrefunded = await started(opened())
      expect(await opened().provider.findRefunds({ providerPaymentId: unrefunded.providerPaymentId, ...unhurried() })).toEqual([])
    })
  })
}
