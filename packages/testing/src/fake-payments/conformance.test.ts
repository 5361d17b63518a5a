import type { OpenedProvider } from '../conformance/payments/payment-provider-suite.ts'
import { paymentProviderSuite } from '../conformance.ts'
import type { FakePaymentLedger } from './fake-payment-ledger.ts'
import { fakePayments } from './fake-payments.ts'
import { fakePaymentsClient } from './fake-payments-client.ts'
import { serveFakePayments } from './serve-fake-payments.ts'

const secret = 'a test secret'
const methods = { ok: 'card_ok', declined: 'card_declined', requiresAction: 'card_requires_action', answerLost: 'card_timeout' }

function handles(ledger: FakePaymentLedger): Pick<OpenedProvider, 'currency' | 'methods' | 'completeAction' | 'signedWebhook' | 'dispute'> {
  return {
    currency: 'USD',
    methods,
    completeAction: async (providerPaymentId) => {
      ledger.completeAction(providerPaymentId)
    },
    dispute: async (providerPaymentId) => void ledger.openDispute(providerPaymentId),
    signedWebhook: async (at) => {
      const newest = ledger.listEvents({ limit: Number.POSITIVE_INFINITY }).items.at(-1)
      return ledger.signedWebhook(newest?.eventId ?? '', { secret, at })
    },
  }
}

paymentProviderSuite({
  name: 'fake payments in process',
  open: async () => {
    const provider = fakePayments({ webhookSecret: secret })
    return { ...handles(provider.ledger), provider, dispose: async () => {} }
  },
})

paymentProviderSuite({
  name: 'fake payments over HTTP',
  open: async () => {
    const server = await serveFakePayments()
    return { ...handles(server.ledger), provider: fakePaymentsClient({ url: server.url, webhookSecret: secret }), dispose: () => server.close() }
  },
})
