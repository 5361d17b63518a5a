import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { given, started, testProvider, unhurried } from './test-provider.ts'

export function disputeBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('disputes', () => {
    const lacking = options.lacks?.disputes
    const opened = testProvider(options)

    it('are none of a payment that nobody disputes', async () => {
      const { providerPaymentId } = await started(opened())
      expect(await opened().provider.findDisputes({ providerPaymentId, ...unhurried() })).toEqual([])
      expect(await opened().provider.getDispute({ providerDisputeId: 'no-such-dispute', ...unhurried() })).toBeUndefined()
    })

    itUnless(lacking, 'are found by their payment and by their id, and lower nothing that was captured', async () => {
      const { providerPaymentId, amount } = await started(opened())
      await started(opened())
      await given(opened().dispute, 'dispute')(providerPaymentId)
      const found = await opened().provider.findDisputes({ providerPaymentId, ...unhurried() })
      expect(found).toMatchObject([{ providerPaymentId, status: 'open', amount }])
      const providerDisputeId = found[0]?.providerDisputeId ?? ''
      expect(await opened().provider.getDispute({ providerDisputeId, ...unhurried() })).toEqual(found[0])
      const payment = await opened().provider.getPayment({ providerPaymentId, ...unhurried() })
      expect(payment).toMatchObject({ status: 'succeeded', capturedMinor: amount.amountMinor, refundedMinor: 0 })
    })
  })
}
