import type { StripeBooks } from '../books/stripe-books.ts'
import type { Charge, Dispute, PaymentIntent, Refund } from '../books/stripe-objects.ts'
import { followIntent, payOnPage } from '../checkout/session-life.ts'
import { endSetup } from '../customers/setup-operations.ts'
import { closeDispute, openDispute } from '../payments/dispute-life.ts'
import { cancelIntent, endAction, endProcessing } from '../payments/end-intent.ts'
import { failRefund, makeRefund, settleRefund } from '../payments/refund-life.ts'

/** What buyers, banks and people in the dashboard do, as a test says. Each answers with a copy of what is then, and throws an Error when it cannot happen. */
export interface Steering {
  /** The buyer identifies themselves for a payment or a setup intent, or fails to. */
  completeAction(intentId: string, outcome: 'succeed' | 'fail'): void
  /** The bank behind a debit makes up its mind. */
  settleProcessing(intentId: string, outcome: 'succeed' | 'fail'): PaymentIntent
  /** The buyer pays on the page of a checkout session. @param method - a test payment method, `pm_card_visa` by default. */
  payCheckout(sessionId: string, method?: string): PaymentIntent
  /** Staff refund in Stripe's dashboard: without our ids. @param amount - all that is left by default. */
  refundInDashboard(chargeOrIntentId: string, amount?: number): Refund
  /** Refunds of this intent wait from now on: for the bank, or for the buyer. */
  holdRefunds(intentId: string, status: 'pending' | 'requires_action'): void
  settleRefund(refundId: string): Refund
  failRefund(refundId: string): Refund
  /** @param reason - as Stripe names it, `fraudulent` by default. */
  openDispute(intentId: string, reason?: string): Dispute
  closeDispute(disputeId: string, outcome: 'won' | 'lost'): Dispute
  /** The hold on the buyer's card ends, as it does after some days. */
  expireAuthorisation(intentId: string): PaymentIntent
}

/** @param afterStep - called when something has happened: webhooks may leave. */
export function steering(books: StripeBooks, url: string, afterStep: () => void): Steering {
  function stepped<T>(result: T): T {
    afterStep()
    return structuredClone(result)
  }

  function afterIntent(intent: PaymentIntent): PaymentIntent {
    followIntent(books, intent)
    return stepped(intent)
  }

  return {
    completeAction: (intentId, outcome) => {
      const setup = books.setupIntents.get(intentId)
      if (setup !== undefined) {
        endSetup(books, setup, outcome)
        afterStep()
        return
      }
      const intent = books.intent(intentId)
      endAction(books, intent, outcome)
      afterIntent(intent)
    },
    settleProcessing: (intentId, outcome) => {
      const intent = books.intent(intentId)
      endProcessing(books, intent, outcome)
      return afterIntent(intent)
    },
    payCheckout: (sessionId, method = 'pm_card_visa') => stepped(payOnPage(books, books.session(sessionId), method, url)),
    refundInDashboard: (id, amount) => stepped(makeRefund(books, chargeOf(books, id), { amount, reason: 'requested_by_customer', metadata: {} })),
    holdRefunds: (intentId, status) => void books.refundsWait.set(books.intent(intentId).id, status),
    settleRefund: (refundId) => {
      settleRefund(books, books.refund(refundId))
      return stepped(books.refund(refundId))
    },
    failRefund: (refundId) => {
      failRefund(books, books.refund(refundId))
      return stepped(books.refund(refundId))
    },
    openDispute: (intentId, reason = 'fraudulent') => stepped(openDispute(books, chargeOf(books, intentId), { reason, inquiry: false })),
    closeDispute: (disputeId, outcome) => {
      closeDispute(books, books.dispute(disputeId), outcome)
      return stepped(books.dispute(disputeId))
    },
    expireAuthorisation: (intentId) => {
      const intent = books.intent(intentId)
      if (intent.status !== 'requires_capture') throw new Error(`${intentId} holds nothing; it is ${intent.status}`)
      cancelIntent(books, intent, 'automatic')
      return stepped(intent)
    },
  }
}

function chargeOf(books: StripeBooks, id: string): Charge {
  return books.charges.get(id) ?? books.latestCharge(books.intent(id))
}
