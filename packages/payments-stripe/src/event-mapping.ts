import type { PaymentStatus, ProviderEvent, ProviderSubject } from '@cartwright/core/ports'
import { idOf, type StripeEvent, type StripeIntent } from './stripe-objects.ts'

/** What of Stripe's objects tells which one to look up. */
interface EventObject {
  readonly object?: unknown
  readonly id?: string
  readonly payment_intent?: string | StripeIntent | null
  readonly mode?: string
}

/** The event types that can change a payment, a refund or a dispute of ours: what an endpoint should be subscribed to, and all that is paged through. */
export const eventTypes = [
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.funds_reinstated',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.updated',
  'charge.expired',
  'charge.refunded',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded',
  'refund.created',
  'refund.failed',
  'refund.updated',
] as const

/** An event as core records it: which object to look up. What the event says of the object is left aside. */
export function eventOf(event: StripeEvent): ProviderEvent {
  const object = event.data.object as EventObject
  const subject = subjectOf(object)
  return {
    eventId: event.id,
    type: event.type,
    subject,
    providerPaymentId: subject?.type === 'payment' ? subject.id : idOf(object.payment_intent ?? null),
    live: event.livemode,
    createdAt: new Date(event.created * 1000),
  }
}

/** What Stripe tells of a payment until it has been paid, beside `eventTypes` too, for an endpoint that is subscribed to all. What it tells of refunds is not among it. */
const untilItIsPaid: ReadonlySet<string> = new Set([
  ...eventTypes.filter((type) => type.startsWith('payment_intent.') || type.startsWith('checkout.session.')),
  'charge.captured',
  'charge.failed',
  'charge.pending',
  'charge.succeeded',
  'payment_intent.created',
])
const ofItsEnd: ReadonlySet<string> = new Set(['payment_intent.canceled', 'checkout.session.expired'])

/** True for an event that was overtaken by what is booked: of a payment that has been captured, whatever led there; of one that is dead, its end. */
export function isOldNews({ type, status }: { readonly type: string; readonly status: PaymentStatus }): boolean {
  if (status === 'captured') return untilItIsPaid.has(type)
  return (status === 'cancelled' || status === 'failed') && ofItsEnd.has(type)
}

/** Charges speak of their payment. A Checkout Session that sets up a subscription, or only a card, is none of ours. */
function subjectOf(object: EventObject): ProviderSubject | null {
  if (typeof object.id !== 'string') return null
  const { id } = object
  switch (object.object) {
    case 'payment_intent':
      return { type: 'payment', id }
    case 'charge': {
      const payment = idOf(object.payment_intent ?? null)
      return payment === null ? null : { type: 'payment', id: payment }
    }
    case 'checkout.session':
      return object.mode === 'payment' ? { type: 'payment', id } : null
    case 'refund':
      return { type: 'refund', id }
    case 'dispute':
      return { type: 'dispute', id }
    default:
      return null
  }
}
