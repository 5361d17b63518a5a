import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { accepted, aStart, given, reread, started, testProvider, unhurried } from './test-provider.ts'

export function startBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('start', () => {
    const opened = testProvider(options)

    it('charges exactly the amount, and carries our ids', async () => {
      const params = aStart(opened())
      const payment = accepted(await opened().provider.start(params))
      expect(payment).toMatchObject({
        paymentId: params.paymentId,
        orderId: params.orderId,
        status: 'succeeded',
        amount: params.amount,
        capturedMinor: 2500,
        capturableMinor: 0,
        refundedMinor: 0,
      })
      expect(payment.createdAt).toBeInstanceOf(Date)
    })

    it('authorises without taking when capture is manual', async () => {
      expect(await started(opened(), { capture: 'manual' })).toMatchObject({ status: 'requires_capture', capturableMinor: 2500, capturedMinor: 0 })
    })

    it('rejects a declined card with words for the buyer, and takes nothing', async () => {
      const params = aStart(opened(), { method: opened().methods.declined })
      const change = await opened().provider.start(params)
      expect(change.outcome).toBe('rejected')
      if (change.outcome !== 'rejected') return
      expect(change.decline.code).not.toBe('')
      expect(change.decline.buyerMessage).not.toMatch(/lost|stolen|^$/i)
      const found = await opened().provider.findByOurId({ paymentId: params.paymentId, ...unhurried() })
      expect(found.reduce((sum, { capturedMinor }) => sum + capturedMinor, 0)).toBe(0)
    })

    it('charges once for one key, however often and however concurrently it is repeated', async () => {
      const params = aStart(opened())
      const changes = await Promise.all(Array.from({ length: 5 }, () => opened().provider.start(params)))
      const again = await opened().provider.start(params)
      expect(new Set([...changes, again].map((change) => accepted(change).providerPaymentId)).size).toBe(1)
      expect(await opened().provider.findByOurId({ paymentId: params.paymentId, ...unhurried() })).toHaveLength(1)
    })

    it('refuses other parameters under a key that was used', async () => {
      const params = aStart(opened())
      await opened().provider.start(params)
      const change = await opened().provider.start({ ...params, amount: { ...params.amount, amountMinor: 2600 } })
      expect(change.outcome).toBe('rejected')
      const found = await opened().provider.findByOurId({ paymentId: params.paymentId, ...unhurried() })
      expect(found.map(({ capturedMinor }) => capturedMinor)).toEqual([2500])
    })

    it('rejects again under the same key what it has rejected', async () => {
      const params = aStart(opened(), { method: opened().methods.declined })
      const outcomes = [(await opened().provider.start(params)).outcome, (await opened().provider.start(params)).outcome]
      expect(outcomes).toEqual(['rejected', 'rejected'])
      expect((await opened().provider.findByOurId({ paymentId: params.paymentId, ...unhurried() })).length).toBeLessThanOrEqual(1)
    })

    it('says unknown, and does not throw, when it is called off', async () => {
      const change = await opened().provider.start({ ...aStart(opened()), signal: AbortSignal.abort() })
      expect(change.outcome).toBe('unknown')
    })

    itUnless(options.lacks?.requiresAction, 'says what the buyer must do, and goes on once it is done', async () => {
      const payment = await started(opened(), { method: given(opened().methods.requiresAction, 'methods.requiresAction') })
      expect(payment).toMatchObject({ status: 'requires_action', capturedMinor: 0 })
      expect(payment.action?.value).toMatch(/./)
      await given(opened().completeAction, 'completeAction')(payment.providerPaymentId)
      expect(await reread(opened(), payment)).toMatchObject({ status: 'succeeded', capturedMinor: 2500, action: null })
    })

    itUnless(options.lacks?.answerLost, 'says unknown when the answer is lost; the same key then finds the one payment', async () => {
      const params = aStart(opened(), { method: given(opened().methods.answerLost, 'methods.answerLost') })
      expect((await opened().provider.start(params)).outcome).toBe('unknown')
      const found = await opened().provider.findByOurId({ paymentId: params.paymentId, ...unhurried() })
      expect(found.map(({ capturedMinor }) => capturedMinor)).toEqual([2500])
      expect(accepted(await opened().provider.start(params)).providerPaymentId).toBe(found[0]?.providerPaymentId)
    })
  })
}
