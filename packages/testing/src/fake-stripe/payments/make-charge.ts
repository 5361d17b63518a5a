import type { StripeBooks } from '../books/stripe-books.ts'
import type { BalanceTransaction, Charge, ChargeOutcome, KeptMethod, PaymentIntent } from '../books/stripe-objects.ts'
import { declineMessage } from './decline-message.ts'
import type { CardDecline } from './test-methods.ts'

/** Makes the charge of an attempt to pay and puts it on the intent. */
export function makeCharge(books: StripeBooks, intent: PaymentIntent, kept: KeptMethod, ending: 'succeeded' | 'authorised' | 'pending' | CardDecline): Charge {
  const declined = typeof ending === 'object' ? ending : null
  const captured = ending === 'succeeded'
  const charge: Charge = {
    id: books.identifiers.next('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: kept.method.billing_details,
    calculated_statement_descriptor: 'CARTWRIGHT',
    captured: captured || ending === 'pending',
    created: books.seconds(),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    destination: null,
    dispute: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: declined?.code ?? null,
    failure_message: declined === null ? null : declineMessage(declined.code),
    fraud_details: {},
    invoice: null,
    livemode: books.livemode,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(kept, declined),
    paid: declined === null && ending !== 'pending',
    payment_intent: intent.id,
    payment_method: kept.method.id,
    payment_method_details: { type: kept.method.type, [kept.method.type]: detailsOf(kept) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: declined === null ? (ending === 'pending' ? 'pending' : 'succeeded') : 'failed',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  }
  books.charges.set(charge.id, charge)
  intent.latest_charge = charge.id
  return charge
}

function detailsOf({ method, behaviour }: KeptMethod): unknown {
  const details = method[method.type] as Readonly<Record<string, unknown>>
  if (method.type !== 'card') return details
  return {
    amount_authorized: null,
    authorization_code: null,
    brand: behaviour.brand,
    checks: details.checks,
    country: details.country,
    exp_month: details.exp_month,
    exp_year: details.exp_year,
    fingerprint: details.fingerprint,
    funding: behaviour.funding,
    installments: null,
    last4: details.last4,
    mandate: null,
    network: behaviour.brand,
    three_d_secure: null,
    wallet: null,
  }
}

function outcomeOf({ behaviour }: KeptMethod, declined: CardDecline | null): ChargeOutcome {
  if (declined === null) {
    const seller_message = 'Payment complete.'
    return { network_status: 'approved_by_network', reason: null, risk_level: behaviour.riskLevel, risk_score: 20, seller_message, type: 'authorized' }
  }
  const blocked = declined.declineCode === 'fraudulent'
  return {
    network_status: blocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: blocked ? 'highest_risk_level' : (declined.declineCode ?? declined.code),
    risk_level: blocked ? 'highest' : behaviour.riskLevel,
    risk_score: blocked ? 90 : 20,
    seller_message: blocked ? 'Blocked as too risky.' : 'The bank said no.',
    type: blocked ? 'blocked' : 'issuer_declined',
  }
}

/** Books what an object did to the balance, less a fee of 2.9 % and 30 for charges. */
export function bookBalance(
  books: StripeBooks,
  source: { readonly id: string; readonly amount: number; readonly currency: string },
  type: 'charge' | 'refund' | 'adjustment',
): BalanceTransaction {
  const fee = type === 'charge' ? Math.min(source.amount, Math.round(source.amount * 0.029) + 30) : 0
  const created = books.seconds()
  const transaction: BalanceTransaction = {
    id: books.identifiers.next('txn'),
    object: 'balance_transaction',
    amount: source.amount,
    available_on: created + 2 * 24 * 3600,
    created,
    currency: source.currency,
    description: null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency: source.currency, description: 'Processing fees', type: 'stripe_fee' }],
    net: source.amount - fee,
    reporting_category: type === 'adjustment' ? 'dispute' : type,
    source: source.id,
    status: 'pending',
    type,
  }
  books.balanceTransactions.set(transaction.id, transaction)
  return transaction
}
