import type { PaymentId, ProviderEvent } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { ids } from '../fixtures.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { aStart, reread, started, testProvider, unhurried } from './test-provider.ts'

export function lookupBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('lookups', () => {
    const opened = testProvider(options)

    it('finds a payment by its own id and by ours', async () => {
      const payment = await started(opened())
      expect(await reread(opened(), payment)).toEqual(payment)
      expect(await opened().provider.findByOurId({ paymentId: payment.paymentId as PaymentId, ...unhurried() })).toEqual([payment])
    })

    it('finds nothing under ids that nobody used', async () => {
      const { provider } = opened()
      expect(await provider.getPayment({ providerPaymentId: 'no_such_payment', ...unhurried() })).toBeUndefined()
      expect(await provider.getRefund({ providerRefundId: 'no_such_refund', ...unhurried() })).toBeUndefined()
      expect(await provider.findByOurId({ paymentId: ids.next<PaymentId>(), ...unhurried() })).toEqual([])
    })

    it('pages through payments, each once, oldest first', async () => {
      const made = [await started(opened()), await started(opened()), await started(opened())]
      const seen: string[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const page = await opened().provider.listPayments({ limit: 2, ...unhurried(), ...(after === undefined ? {} : { after }) })
        seen.push(...page.items.map(({ providerPaymentId }) => providerPaymentId))
        after = page.next
      }
      const ours = new Set(made.map(({ providerPaymentId }) => providerPaymentId))
      expect(seen.filter((id) => ours.has(id))).toEqual([...ours])
      expect(new Set(seen).size).toBe(seen.length)
    })

    it('leaves out what was made before the time asked for', async () => {
      const payment = await started(opened())
      const list = (createdFrom: Date) => opened().provider.listPayments({ limit: 100, createdFrom, ...unhurried() })
      expect((await list(payment.createdAt)).items.map(({ providerPaymentId }) => providerPaymentId)).toContain(payment.providerPaymentId)
      expect((await list(new Date(payment.createdAt.getTime() + 1000))).items.map(({ providerPaymentId }) => providerPaymentId)).not.toContain(
        payment.providerPaymentId,
      )
    })

    it('lists an event for a payment that was made, with what to look up and the mode it is in', async () => {
      const payment = await started(opened())
      const { items } = await opened().provider.listEvents({ limit: 100, ...unhurried() })
      const event = items.find(({ subject }) => subject?.type === 'payment' && subject.id === payment.providerPaymentId)
      expect(event).toMatchObject({ providerPaymentId: payment.providerPaymentId, live: payment.live })
      expect(payment.live).toBe(opened().provider.live ?? payment.live)
    })

    it('pages through events, each once, oldest first', async () => {
      for (let made = 0; made < 3; made += 1) await started(opened())
      const seen: ProviderEvent[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const page = await opened().provider.listEvents({ limit: 2, ...unhurried(), ...(after === undefined ? {} : { after }) })
        seen.push(...page.items)
        after = page.next
      }
      expect(new Set(seen.map(({ eventId }) => eventId)).size).toBe(seen.length)
      const times = seen.map(({ createdAt }) => createdAt.getTime())
      expect(times).toEqual([...times].sort((a, b) => a - b))
      expect(seen.length).toBeGreaterThanOrEqual(3)
    })

    it('throws PROVIDER_UNAVAILABLE from every lookup that is called off', async () => {
      const { provider } = opened()
      const signal = AbortSignal.abort()
      for (const lookup of [
        provider.getPayment({ providerPaymentId: 'any', signal }),
        provider.findByOurId({ paymentId: ids.next<PaymentId>(), signal }),
        provider.getRefund({ providerRefundId: 'any', signal }),
        provider.findRefunds({ providerPaymentId: 'any', signal }),
        provider.getDispute({ providerDisputeId: 'any', signal }),
        provider.findDisputes({ providerPaymentId: 'any', signal }),
        provider.listPayments({ limit: 1, signal }),
        provider.listEvents({ limit: 1, signal }),
      ]) {
        await expect(lookup).rejects.toMatchObject({ code: 'PROVIDER_UNAVAILABLE' })
      }
    })

    it('has a name that callers can give', () => {
      expect(opened().provider.name).toMatch(/^\S+$/)
    })

    it('says which amounts it can charge', () => {
      const { provider, currency } = opened()
      expect(provider.chargeable({ amountMinor: aStart(opened()).amount.amountMinor, currency })).toEqual({ chargeable: true })
      for (const amountMinor of [0, Number.MAX_SAFE_INTEGER]) {
        expect(provider.chargeable({ amountMinor, currency })).toEqual({ chargeable: false, reason: expect.stringMatching(/./) })
      }
    })
  })
}
