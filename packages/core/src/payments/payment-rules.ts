import { addMs } from '../time.ts'
import { nextState } from '../transition-table.ts'
import type { Payment } from './payment.ts'
import { type PaymentEvent, paymentMachine } from './payment-machine.ts'
import type { ProviderPayment, ProviderPaymentStatus } from './payment-provider.ts'

const eventOf: Readonly<Record<ProviderPaymentStatus, PaymentEvent>> = {
  requires_action: 'require_action',
  processing: 'process',
  requires_capture: 'authorise',
  succeeded: 'capture',
  failed: 'fail',
  canceled: 'cancel',
}

export interface PaymentDecision {
  /** As it should become; the same object when there is nothing to write. */
  readonly payment: Payment
  /** Null when the provider told nothing new. */
  readonly event: PaymentEvent | null
}

/**
 * What our payment becomes when the provider is found in this state. Monotone: an older state than the one we know changes nothing, whatever the order in
 * which answers and webhooks arrive. Money that does not fit the payment it claims to be is quarantined, never booked.
 */
export function applyProviderPayment(payment: Payment, observed: ProviderPayment, now: Date): PaymentDecision {
  if (!belongsTo(payment, observed)) return step(payment, 'quarantine', quarantined(payment, observed), now)
  const event = eventOf[observed.status]
  const amounts =
    observed.status === 'succeeded'
      ? { capturedMinor: observed.capturedMinor, authorisedMinor: 0 }
      : observed.status === 'requires_capture'
        ? { authorisedMinor: observed.capturableMinor }
        : { authorisedMinor: 0 }
  return step(
    payment,
    event,
    {
      ...amounts,
      providerPaymentId: observed.providerPaymentId,
      action: observed.status === 'requires_action' ? observed.action : null,
      declineCode: observed.decline?.code ?? payment.declineCode,
    },
    now,
  )
}

/** Of money that does not fit, what is ours to give back: that of this very payment, in its currency. */
function quarantined(payment: Payment, { paymentId, orderId, providerPaymentId, amount, capturedMinor, capturableMinor }: ProviderPayment): Partial<Payment> {
  const known = payment.providerPaymentId === null || payment.providerPaymentId === providerPaymentId
  if (!known || paymentId !== payment.id || orderId !== payment.orderId || amount.currency !== payment.currency) return {}
  return { providerPaymentId, capturedMinor, authorisedMinor: capturableMinor, action: null }
}

/** What our payment becomes when the provider refuses it without having made one. */
export function applyRejection(payment: Payment, declineCode: string, now: Date): PaymentDecision {
  return step(payment, 'fail', { declineCode, action: null }, now)
}

/** How long after giving up an unseen payment it is looked for again: longer than a request can be under way. */
const recheckUnseenMs = 10 * 60_000

/**
 * What our payment becomes when we give it up and the provider does not know it: nothing, if it has answered meanwhile. It will be looked for again, counting
 * anew: a request may still be under way.
 */
export function abandonUnseen(payment: Payment, now: Date): PaymentDecision {
  if (payment.status !== 'created' || payment.providerPaymentId !== null) return { payment, event: null }
  const decision = step(payment, 'cancel', { action: null, checks: 0 }, now)
  return { ...decision, payment: { ...decision.payment, nextCheckAt: addMs(now, recheckUnseenMs) } }
}

function step(payment: Payment, event: PaymentEvent, patch: Partial<Payment>, now: Date): PaymentDecision {
  const status = nextState(paymentMachine, payment.status, event)
  if (status === undefined) return { payment, event: null }
  return { payment: { ...payment, ...patch, status, nextCheckAt: null, updatedAt: now, version: payment.version + 1 }, event }
}

/** Bound to this payment: our id, the id we know it by, the currency, and no more or less money than was asked for. */
function belongsTo(payment: Payment, observed: ProviderPayment): boolean {
  if (observed.paymentId !== payment.id || observed.orderId !== payment.orderId) return false
  if (payment.providerPaymentId !== null && payment.providerPaymentId !== observed.providerPaymentId) return false
  if (observed.amount.currency !== payment.currency || observed.amount.amountMinor !== payment.amountMinor) return false
  if (observed.status === 'requires_capture') return observed.capturableMinor === payment.amountMinor
  return observed.status !== 'succeeded' || observed.capturedMinor === payment.amountMinor
}

/** When to look again at a payment that is still open: 5 s, doubling with every look, one hour at most. */
export function checkDelayMs(checks: number): number {
  return Math.min(5_000 * 2 ** Math.min(checks, 20), 3_600_000)
}
