import type { ProviderPayment, ProviderPaymentStatus } from '@cartwright/core/ports'
import { fromStripe } from './amounts.ts'
import { declineOf } from './declines.ts'
import { isForOneCard, orderIdIn, paymentIdIn } from './metadata.ts'
import type { StripeIntent, StripeSession } from './stripe-objects.ts'
import { statusOfIntent, statusOfSession } from './stripe-states.ts'

/**
 * A PaymentIntent as core sees it.
 *
 * @param refundedMinor - the sum of its succeeded refunds.
 * @throws Error for a state that did not exist when this was written: what it means for the money is not known, so nothing may be concluded.
 */
export function paymentOfIntent(intent: StripeIntent, refundedMinor: number): ProviderPayment {
  const status = isOverForItsCard(intent) ? 'failed' : known(statusOfIntent, intent.status)
  const toMinor = (units: number) => fromStripe(units, intent.currency).amountMinor
  const paymentId = paymentIdIn(intent.metadata)
  const secret = paymentId === null ? null : intent.client_secret
  return {
    providerPaymentId: intent.id,
    paymentId,
    orderId: orderIdIn(intent.metadata),
    status,
    amount: fromStripe(intent.amount, intent.currency),
    capturableMinor: toMinor(intent.amount_capturable),
    capturedMinor: toMinor(intent.amount_received),
    refundedMinor,
    action: status === 'requires_action' && secret !== null ? { type: 'client_secret', value: secret } : null,
    decline: intent.last_payment_error === null || status === 'succeeded' ? null : declineOf(intent.last_payment_error),
    live: intent.livemode,
    createdAt: new Date(intent.created * 1000),
  }
}

/**
 * A Checkout Session as core sees it: the payment is known by the session's id for good, since its PaymentIntent does not exist before the buyer pays.
 *
 * @param refundedMinor - the sum of the succeeded refunds of its PaymentIntent.
 * @throws Error for an unknown state, and for a session that is not one of paying once
 */
export function paymentOfSession(session: StripeSession, refundedMinor: number): ProviderPayment {
  const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
  const paid = intent === null ? null : paymentOfIntent(intent, refundedMinor)
  const ofSession = known(statusOfSession, session.status ?? 'none')
  const status = ofSession === 'of_intent' ? statusOfPaid(paid) : ofSession
  if (session.amount_total === null || session.currency === null) throw new Error(`the Checkout Session ${session.id} has no amount`)
  return {
    providerPaymentId: session.id,
    paymentId: paymentIdIn(session.metadata),
    orderId: orderIdIn(session.metadata),
    status,
    amount: fromStripe(session.amount_total, session.currency),
    capturableMinor: paid?.capturableMinor ?? 0,
    capturedMinor: paid?.capturedMinor ?? 0,
    refundedMinor,
    action: status === 'requires_action' && session.url !== null ? { type: 'redirect', value: session.url } : null,
    decline: paid?.decline ?? null,
    live: session.livemode,
    createdAt: new Date(session.created * 1000),
  }
}

/** A session that is complete cannot be gone through again: a method that failed afterwards has failed for good. */
function statusOfPaid(paid: ProviderPayment | null): ProviderPaymentStatus {
  if (paid === null) throw new Error('a complete Checkout Session has no PaymentIntent')
  return paid.status === 'requires_action' ? 'failed' : paid.status
}

/** Canceled because its card had failed, which leaves the order open for another payment; one that was called off as such closes it. */
function isOverForItsCard({ status, metadata, last_payment_error: error }: StripeIntent): boolean {
  return status === 'canceled' && error !== null && isForOneCard(metadata)
}

function known<T>(table: Readonly<Record<string, T>>, state: string): T {
  const found = Object.hasOwn(table, state) ? table[state] : undefined
  if (found === undefined) throw new Error(`Stripe reports a state that is not known here: ${state}`)
  return found
}
