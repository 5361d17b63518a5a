import type { PaymentStatus, ProviderEvent, ProviderPayment } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import type { PaymentProviderSuiteOptions } from './payment-provider-suite.ts'
import { accepted, given, refund, started, testProvider, unhurried } from './test-provider.ts'

export function webhookBehaviour(options: PaymentProviderSuiteOptions): void {
  describe('webhooks', () => {
    const lacking = options.lacks?.webhooks
    const opened = testProvider(options)
    const now = new Date('2026-03-01T12:00:00.000Z')
    const webhook = async (at = now) => {
      const payment = await started(opened())
      const signed = await given(opened().signedWebhook, 'signedWebhook')(at)
      return { ...signed, payment }
    }

    itUnless(lacking, 'accepts what the provider signed', async () => {
      const { rawBody, headers, payment } = await webhook()
      const result = await opened().provider.verifyWebhook({ rawBody, headers, now })
      const subject = { type: 'payment', id: payment.providerPaymentId }
      expect(result).toMatchObject({ verified: true, event: { subject, providerPaymentId: payment.providerPaymentId, live: payment.live } })
    })

    itUnless(lacking, 'reads the same event each time', async () => {
      const { rawBody, headers } = await webhook()
      const read = () => opened().provider.verifyWebhook({ rawBody, headers, now })
      expect(await read()).toEqual(await read())
    })

    itUnless(lacking, 'refuses a body of which one byte was changed, or that was written anew', async () => {
      const { rawBody, headers } = await webhook()
      const changed = Uint8Array.from(rawBody)
      changed[changed.length - 2] = (changed.at(-2) ?? 0) ^ 1
      const rewritten = Buffer.from(JSON.stringify(JSON.parse(Buffer.from(rawBody).toString('utf8')), null, 1))
      for (const body of [changed, rewritten, new Uint8Array()]) {
        expect(await opened().provider.verifyWebhook({ rawBody: body, headers, now })).toMatchObject({ verified: false, problem: 'invalid' })
      }
    })

    itUnless(lacking, 'refuses a missing and a forged signature', async () => {
      const { rawBody, headers } = await webhook()
      const forged = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, value.replace(/[0-9a-f](?=[^0-9a-f]*$)/, (digit) => (digit === '0' ? '1' : '0'))]),
      )
      for (const wrong of [{}, forged, Object.fromEntries(Object.keys(headers).map((name) => [name, 'nonsense']))]) {
        expect(await opened().provider.verifyWebhook({ rawBody, headers: wrong, now })).toMatchObject({ verified: false, problem: 'invalid' })
      }
    })

    const isOldNews = (type: string, status: PaymentStatus) => opened().provider.isOldNews?.({ type, status }) ?? false
    const listed = async ({ createdAt }: ProviderPayment) => {
      const events: ProviderEvent[] = []
      for (let after: string | null | undefined; after !== null; ) {
        const place = after === undefined ? { createdFrom: createdAt } : { after }
        const page = await opened().provider.listEvents({ limit: 100, ...unhurried(), ...place })
        events.push(...page.items)
        after = page.next
      }
      return events
    }

    it('makes the shop look for events of types that are not known, whatever is booked', () => {
      for (const status of ['captured', 'failed', 'cancelled', 'review'] as const) expect(isOldNews('no.such.type', status)).toBe(false)
    })

    it('makes the shop look for every event of a payment that is booked as open', async () => {
      const events = await listed(await started(opened()))
      expect(events).not.toEqual([])
      for (const status of ['created', 'requires_action', 'processing'] as const)
        expect(events.filter(({ type }) => isOldNews(type, status)).map(({ type }) => `${type} of one that is ${status}`)).toEqual([])
    })

    it('makes the shop look for what is told of a payment after it was captured', async () => {
      const payment = await started(opened())
      const before = new Set((await listed(payment)).map(({ eventId }) => eventId))
      accepted(await refund(opened(), payment, 1000))
      const after = (await listed(payment)).filter(({ eventId }) => !before.has(eventId))
      expect(after).not.toEqual([])
      expect(after.map(({ type }) => type).filter((type) => isOldNews(type, 'captured'))).toEqual([])
    })

    itUnless(lacking, 'refuses a signature that is days old', async () => {
      const { rawBody, headers } = await webhook(new Date(now.getTime() - 48 * 60 * 60_000))
      expect(await opened().provider.verifyWebhook({ rawBody, headers, now })).toMatchObject({ verified: false, problem: 'invalid' })
    })
  })
}
