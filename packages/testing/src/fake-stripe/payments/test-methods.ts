/** What the bank behind a test payment method says. */
export interface TestMethod {
  readonly token: string
  /** The number of the test card; null for one that is no card, or has none. */
  readonly number: string | null
  readonly type: 'card' | 'sepa_debit' | 'us_bank_account'
  readonly brand: string
  readonly funding: 'credit' | 'debit' | 'prepaid'
  /** With the buyer present: `asks` is 3-D Secure, `processes` a debit that takes days. */
  readonly onSession: 'pays' | 'declines' | 'asks' | 'processes'
  /** In the buyer's absence: `needs_set_up` pays if the owner agreed before, and is declined otherwise. */
  readonly offSession: 'pays' | 'declines' | 'needs_set_up' | 'needs_buyer' | 'processes'
  /** After the buyer has identified themselves. */
  readonly afterAction: 'pays' | 'declines'
  /** Whether a customer can keep it. */
  readonly attaches: boolean
  readonly decline: CardDecline
  readonly dispute: { readonly reason: string; readonly inquiry: boolean } | null
  readonly refunds: 'at_once' | 'pending' | 'fail_later'
  readonly riskLevel: 'normal' | 'elevated' | 'highest'
}

export interface CardDecline {
  readonly code: string
  /** Null where Stripe documents none. */
  readonly declineCode: string | null
}

const genericDecline: CardDecline = { code: 'card_declined', declineCode: 'generic_decline' }

const plain: Omit<TestMethod, 'token' | 'number'> = {
  type: 'card',
  brand: 'visa',
  funding: 'credit',
  onSession: 'pays',
  offSession: 'pays',
  afterAction: 'pays',
  attaches: true,
  decline: genericDecline,
  dispute: null,
  refunds: 'at_once',
  riskLevel: 'normal',
}

function card(token: string, number: string | null, change: Partial<TestMethod> = {}): TestMethod {
  return { ...plain, token, number, ...change }
}

function declining(token: string, number: string, code: string, declineCode: string | null = null): TestMethod {
  return card(token, number, { onSession: 'declines', offSession: 'declines', attaches: false, decline: { code, declineCode } })
}

function debit(token: string, type: 'sepa_debit' | 'us_bank_account', afterAction: 'pays' | 'declines'): TestMethod {
  const decline = { code: 'payment_method_provider_decline', declineCode: null }
  return card(token, null, { type, brand: type, onSession: 'processes', offSession: 'processes', afterAction, decline })
}

/** The test payment methods that the fake knows; facts from Stripe's page on testing. */
export const testMethods: readonly TestMethod[] = [
  card('pm_card_visa', '4242424242424242'),
  card('pm_card_visa_debit', '4000056655665556', { funding: 'debit' }),
  card('pm_card_mastercard', '5555555555554444', { brand: 'mastercard' }),
  card('pm_card_mastercard_debit', '5200828282828210', { brand: 'mastercard', funding: 'debit' }),
  card('pm_card_mastercard_prepaid', '5105105105105100', { brand: 'mastercard', funding: 'prepaid' }),
  card('pm_card_amex', '378282246310005', { brand: 'amex' }),
  card('pm_card_discover', '6011111111111117', { brand: 'discover' }),
  card('pm_card_diners', '3056930009020004', { brand: 'diners' }),
  card('pm_card_jcb', '3566002020360505', { brand: 'jcb' }),
  card('pm_card_unionpay', '6200000000000005', { brand: 'unionpay' }),
  declining('pm_card_visa_chargeDeclined', '4000000000000002', 'card_declined', 'generic_decline'),
  declining('pm_card_visa_chargeDeclinedInsufficientFunds', '4000000000009995', 'card_declined', 'insufficient_funds'),
  declining('pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'card_declined', 'lost_card'),
  declining('pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'card_declined', 'stolen_card'),
  declining('pm_card_chargeDeclinedExpiredCard', '4000000000000069', 'expired_card'),
  declining('pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', 'incorrect_cvc'),
  declining('pm_card_chargeDeclinedProcessingError', '4000000000000119', 'processing_error'),
  declining('pm_card_visa_chargeDeclinedVelocityLimitExceeded', '4000000000006975', 'card_declined', 'card_velocity_exceeded'),
  declining('pm_card_radarBlock', '4100000000000019', 'card_declined', 'fraudulent'),
  card('pm_card_chargeCustomerFail', '4000000000000341', { onSession: 'declines', offSession: 'declines' }),
  card('pm_card_authenticationRequiredOnSetup', '4000002500003155', { onSession: 'asks', offSession: 'needs_set_up' }),
  card('pm_card_authenticationRequired', '4000002760003184', { onSession: 'asks', offSession: 'needs_buyer' }),
  card('pm_card_authenticationRequiredSetupForOffSession', '4000003800000446', { onSession: 'asks' }),
  card('pm_card_threeDSecure2Required', '4000000000003220', { onSession: 'asks', offSession: 'needs_buyer' }),
  card('pm_card_threeDSecureRequiredChargeDeclined', '4000008400001629', { onSession: 'asks', offSession: 'needs_buyer', afterAction: 'declines' }),
  declining('pm_card_threeDSecureRequiredProcessingError', '4000008400001280', 'processing_error'),
  card('pm_card_threeDSecureOptional', '4000000000003055'),
  card('pm_card_riskLevelHighest', '4000000000004954', { riskLevel: 'highest' }),
  card('pm_card_riskLevelElevated', '4000000000009235', { riskLevel: 'elevated' }),
  card('pm_card_createDispute', '4000000000000259', { dispute: { reason: 'fraudulent', inquiry: false } }),
  card('pm_card_createDisputeProductNotReceived', '4000000000002685', { dispute: { reason: 'product_not_received', inquiry: false } }),
  card('pm_card_createDisputeInquiry', '4000000000001976', { dispute: { reason: 'general', inquiry: true } }),
  card('pm_card_pendingRefund', '4000000000007726', { refunds: 'pending' }),
  card('pm_card_refundFail', '4000000000005126', { refunds: 'fail_later' }),
  debit('pm_usBankAccount_success', 'us_bank_account', 'pays'),
  debit('pm_usBankAccount_insufficientFunds', 'us_bank_account', 'declines'),
  debit('pm_success_de', 'sepa_debit', 'pays'),
  debit('pm_failed_de', 'sepa_debit', 'declines'),
]

const byToken = new Map(testMethods.map((method) => [method.token, method]))
const byNumber = new Map(testMethods.flatMap((method) => (method.number === null ? [] : [[method.number, method] as const])))

export function testMethodOf(token: string): TestMethod | undefined {
  return byToken.get(token)
}

/** The method behind a card's number; undefined for a card that the fake's bank has not issued. */
export function testCardOf(number: string): TestMethod | undefined {
  return byNumber.get(number)
}
