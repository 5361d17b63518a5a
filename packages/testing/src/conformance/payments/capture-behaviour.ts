import type { ProviderPayment, RefundId } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { accepted, reread, started, testProvider, unhurried } from './test-provider.ts'

export function captureBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('capture and void', () => {
    const opened = testProvider(options)
    const authorised = () => started(opened(), { capture: 'manual' })
    const capture = (payment: ProviderPayment, amountMinor?: number, idempotencyKey = `capture:${payment.providerPaymentId}:${amountMinor ?? 'all'}`) =>
      opened().provider.capture({
        providerPaymentId: payment.providerPaymentId,
        idempotencyKey,
        ...unhurried(),
        ...(amountMinor === undefined ? {} : { amountMinor }),
      })
    const cancel = (payment: ProviderPayment, attempt = 1) =>
      opened().provider.void({ providerPaymentId: payment.providerPaymentId, idempotencyKey: `void:${payment.providerPaymentId}:${attempt}`, ...unhurried() })

    it('takes all that was authorised, once', async () => {
      const payment = await authorised()
      expect(accepted(await capture(payment))).toMatchObject({ status: 'succeeded', capturedMinor: 2500, capturableMinor: 0 })
      expect(accepted(await capture(payment)).capturedMinor).toBe(2500)
      expect((await reread(opened(), payment))?.capturedMinor).toBe(2500)
    })

    it('takes a part and lets the rest go', async () => {
      const payment = await authorised()
      expect(accepted(await capture(payment, 1000))).toMatchObject({ status: 'succeeded', capturedMinor: 1000, capturableMinor: 0 })
    })

    it('rejects to take more than was authorised, or again', async () => {
      const payment = await authorised()
      expect((await capture(payment, 2501)).outcome).toBe('rejected')
      await capture(payment)
      expect((await capture(payment, undefined, 'another key')).outcome).toBe('rejected')
      expect((await reread(opened(), payment))?.capturedMinor).toBe(2500)
    })

    it('calls an authorised payment off, and can be asked again', async () => {
      const payment = await authorised()
      expect(accepted(await cancel(payment))).toMatchObject({ status: 'canceled', capturableMinor: 0, capturedMinor: 0 })
      expect(accepted(await cancel(payment)).status).toBe('canceled')
      expect((await capture(payment)).outcome).toBe('rejected')
    })

    it('rejects to call off what has been captured, and shows it', async () => {
      const payment = await started(opened())
      const change = await cancel(payment)
      expect(change).toMatchObject({ outcome: 'rejected', value: { status: 'succeeded', capturedMinor: 2500 } })
    })

    it('says unknown, and does not throw, when a capture, a void or a refund is called off', async () => {
      const { provider, currency } = opened()
      const payment = await authorised()
      const refundId = ids.next<RefundId>()
      const params = { providerPaymentId: payment.providerPaymentId, signal: AbortSignal.abort() }
      const changes = await Promise.all([
        provider.capture({ ...params, idempotencyKey: 'capture' }),
        provider.void({ ...params, idempotencyKey: 'void' }),
        provider.refund({ ...params, idempotencyKey: 'refund', refundId, amount: { amountMinor: 100, currency } }),
      ])
      expect(changes.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown', 'unknown'])
    })
  })
}
