import { miniSearchIndex } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import * as suites from '@cartwright/testing/conformance'
import { salesTax } from './sales-tax.ts'
import { weightRates } from './weight-rates.ts'

// #region tax
suites.taxCalculatorSuite({ name: 'sales tax', open: async () => salesTax({ NY: 8 }) })
// #endregion tax

// #region shipping
suites.shippingRatesSuite({
  name: 'rates by weight',
  open: async () => weightRates('US', [{ limitGrams: 2000, amountMinor: 790 }]),
  unshippable: [{ weightGrams: 2001 }],
})
// #endregion shipping

// #region search
suites.searchIndexSuite({ name: 'MiniSearch', open: async () => miniSearchIndex() })
// #endregion search

// #region provider
suites.paymentProviderSuite({
  name: 'fake payments',
  lacks: { webhooks: 'tested where they are signed' },
  open: async () => {
    const provider = fakePayments()
    const methods = { ok: 'card_ok', declined: 'card_declined', requiresAction: 'card_requires_action', answerLost: 'card_timeout' }
    const completeAction = async (providerPaymentId: string) => void provider.ledger.completeAction(providerPaymentId)
    const dispute = async (providerPaymentId: string) => void provider.ledger.openDispute(providerPaymentId)
    return { provider, currency: 'USD', methods, completeAction, dispute, dispose: async () => {} }
  },
})
// #endregion provider
