import type { StripeBooks } from '../books/stripe-books.ts'
import type { Charge, Dispute } from '../books/stripe-objects.ts'
import { bookBalance } from './make-charge.ts'

const evidenceFields = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const

/** The buyer goes to their bank. An inquiry takes no money yet. */
export function openDispute(books: StripeBooks, charge: Charge, { reason, inquiry }: { readonly reason: string; readonly inquiry: boolean }): Dispute {
  const created = books.seconds()
  const dispute: Dispute = {
    id: books.identifiers.next('dp'),
    object: 'dispute',
    amount: charge.amount - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    evidence: Object.fromEntries(evidenceFields.map((field) => [field, null])),
    evidence_details: { due_by: created + 7 * 24 * 3600, has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: inquiry,
    livemode: books.livemode,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  }
  books.disputes.set(dispute.id, dispute)
  charge.disputed = true
  charge.dispute = dispute.id
  books.record('charge.dispute.created', dispute)
  if (inquiry) return dispute
  dispute.balance_transactions.push(bookBalance(books, { id: dispute.id, amount: -dispute.amount, currency: dispute.currency }, 'adjustment'))
  books.record('charge.dispute.funds_withdrawn', dispute)
  return dispute
}

/** The bank decides. Won, the money comes back. */
export function closeDispute(books: StripeBooks, dispute: Dispute, outcome: 'won' | 'lost'): void {
  const inquiry = dispute.status.startsWith('warning')
  dispute.status = inquiry ? 'warning_closed' : outcome
  if (outcome === 'won' && !inquiry) {
    dispute.balance_transactions.push(bookBalance(books, { id: dispute.id, amount: dispute.amount, currency: dispute.currency }, 'adjustment'))
    books.record('charge.dispute.funds_reinstated', dispute)
  }
  books.record('charge.dispute.closed', dispute)
}

/** Evidence on its way to the bank. */
export function submitEvidence(books: StripeBooks, dispute: Dispute, evidence: Readonly<Record<string, string>>, submit: boolean): void {
  Object.assign(dispute.evidence, evidence)
  dispute.evidence_details.has_evidence = Object.values(dispute.evidence).some((value) => value !== null && value !== '')
  if (submit) {
    dispute.evidence_details.submission_count += 1
    dispute.status = dispute.status.startsWith('warning') ? 'warning_under_review' : 'under_review'
  }
  books.record('charge.dispute.updated', dispute)
}
