import { type ChargeableResult, CommerceError, type PaymentProvider, type ProviderChange } from '@cartwright/core/ports'
import type { LedgerAnswer, LedgerCall, LedgerCalls } from './ledger-requests.ts'
import { verifyWebhook } from './webhook-signature.ts'

/** Carries a request to the ledger and its answer back. Rejects when the ledger cannot be reached, or its answer is lost. */
export type LedgerWire = <C extends LedgerCall>(call: C, request: LedgerCalls[C]['request'], signal: AbortSignal) => Promise<LedgerCalls[C]['answer']>

export interface WebhookOptions {
  /** What webhooks are signed with; several while one is being replaced. @default 'fake-webhook-secret' */
  readonly webhookSecret?: string | readonly string[]
  /** How far a webhook's time may be from now, in milliseconds: from a second to a day. @default 5 minutes */
  readonly webhookToleranceMs?: number
}

const dayMs = 24 * 3_600_000
const minimumMinor = 50
const maximumMinor = 99_999_999

/** What the ledger tells of a payment until it has been captured. */
const untilCaptured: ReadonlySet<string> = new Set(['payment.created', 'payment.requires_action', 'payment.authorised', 'payment.failed', 'payment.succeeded'])

const isOldNews: NonNullable<PaymentProvider['isOldNews']> = ({ type, status }) =>
  status === 'captured' ? untilCaptured.has(type) : status === 'cancelled' && type === 'payment.canceled'

/** A `PaymentProvider` whose every call goes over `wire` to a ledger. */
export function ledgerProvider(name: string, wire: LedgerWire, options: WebhookOptions): PaymentProvider {
  const secrets = [options.webhookSecret ?? 'fake-webhook-secret'].flat()
  const toleranceMs = options.webhookToleranceMs ?? 5 * 60_000
  if (!(toleranceMs >= 1_000 && toleranceMs <= dayMs)) throw new RangeError('webhookToleranceMs must be from a second to a day')

  async function change<T>(ask: Promise<LedgerAnswer<T>>): Promise<ProviderChange<T>> {
    try {
      const answer = await ask
      return answer.outcome === 'lost' ? { outcome: 'unknown', cause: new Error('the answer was lost') } : answer
    } catch (cause) {
      return { outcome: 'unknown', cause }
    }
  }

  async function lookup<T>(ask: Promise<T>): Promise<T> {
    try {
      return await ask
    } catch (cause) {
      throw new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: name }, cause })
    }
  }

  return {
    name,
    live: false,
    start: ({ signal, ...request }) => change(wire('start', request, signal)),
    capture: ({ signal, ...request }) => change(wire('capture', request, signal)),
    void: ({ signal, ...request }) => change(wire('void', request, signal)),
    refund: ({ signal, ...request }) => change(wire('refund', request, signal)),
    getPayment: ({ signal, ...request }) => lookup(wire('getPayment', request, signal)),
    findByOurId: ({ signal, ...request }) => lookup(wire('findByOurId', request, signal)),
    getRefund: ({ signal, ...request }) => lookup(wire('getRefund', request, signal)),
    findRefunds: ({ signal, ...request }) => lookup(wire('findRefunds', request, signal)),
    getDispute: ({ signal, ...request }) => lookup(wire('getDispute', request, signal)),
    findDisputes: ({ signal, ...request }) => lookup(wire('findDisputes', request, signal)),
    listPayments: ({ signal, ...request }) => lookup(wire('listPayments', request, signal)),
    listEvents: ({ signal, ...request }) => lookup(wire('listEvents', request, signal)),
    isOldNews,
    verifyWebhook: async ({ rawBody, headers, now }) => verifyWebhook({ rawBody, headers, secrets, now, toleranceMs }),
    chargeable: ({ amountMinor }): ChargeableResult => {
      if (amountMinor < minimumMinor) return { chargeable: false, reason: `less than ${minimumMinor} minor units` }
      if (amountMinor > maximumMinor) return { chargeable: false, reason: `more than ${maximumMinor} minor units` }
      return { chargeable: true }
    },
  }
}
