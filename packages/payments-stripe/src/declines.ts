import type { Decline } from '@cartwright/core/ports'
import type { StripeFailure } from './stripe-objects.ts'

/** What a buyer may be told, and can act on. None says that a card is lost, stolen or thought to be used by a thief. */
const words = {
  another: 'Your card was declined. Please use another card, or another way to pay.',
  money: 'Your card does not have enough money for this payment. Please use another card.',
  limit: 'This payment goes over a limit of your card. Please use another card, or ask your bank.',
  expired: 'Your card has expired. Please use another card.',
  number: 'The card number is not right. Please check it and try again.',
  expiry: 'The expiry date is not right. Please check it and try again.',
  cvc: 'The security code is not right. Please check it and try again.',
  address: 'The billing address does not fit the card. Please check it and try again.',
  pin: 'The PIN is not right, or cannot be asked for here. Please use another card.',
  bank: 'Your bank did not allow this payment. Please ask your bank, or use another card.',
  unsuited: 'Your card cannot be used for this payment. Please use another card, or another way to pay.',
  later: 'The payment could not be made just now. Please try again in a moment.',
  confirm: 'Your bank wants you to confirm this payment. Please try again and confirm it, or use another card.',
  duplicate: 'A payment of the same amount was made with this card just now. Please look at your orders before you pay again.',
  testCard: 'This is a test card. Please use a real one.',
  amount: 'This amount cannot be paid this way. Please use another way to pay.',
  other: 'The payment could not be made. Please use another way to pay.',
} as const

type Words = keyof typeof words

/** Stripe's decline codes and those of its error codes that a buyer can run into. What is not named gets the words of `other`, or of `another` for a card. */
export const wordsOfCode: Readonly<Record<string, Words>> = {
  account_closed: 'unsuited',
  amount_too_large: 'amount',
  amount_too_small: 'amount',
  approve_with_id: 'later',
  authentication_required: 'confirm',
  call_issuer: 'bank',
  card_decline_rate_limit_exceeded: 'another',
  card_declined: 'another',
  card_not_supported: 'unsuited',
  card_velocity_exceeded: 'limit',
  charge_exceeds_source_limit: 'limit',
  charge_exceeds_transaction_limit: 'limit',
  currency_not_supported: 'unsuited',
  do_not_honor: 'bank',
  do_not_try_again: 'another',
  duplicate_transaction: 'duplicate',
  expired_card: 'expired',
  fraudulent: 'another',
  generic_decline: 'another',
  incorrect_address: 'address',
  incorrect_cvc: 'cvc',
  incorrect_number: 'number',
  incorrect_pin: 'pin',
  incorrect_zip: 'address',
  insufficient_funds: 'money',
  invalid_account: 'bank',
  invalid_amount: 'bank',
  invalid_cvc: 'cvc',
  invalid_expiry_month: 'expiry',
  invalid_expiry_year: 'expiry',
  invalid_number: 'number',
  invalid_pin: 'pin',
  issuer_not_available: 'later',
  lost_card: 'another',
  merchant_blacklist: 'another',
  new_account_information_available: 'bank',
  no_action_taken: 'another',
  not_permitted: 'bank',
  offline_pin_required: 'pin',
  online_or_offline_pin_required: 'pin',
  payment_intent_authentication_failure: 'confirm',
  payment_method_customer_decline: 'other',
  payment_method_provider_decline: 'other',
  payment_method_provider_timeout: 'later',
  pickup_card: 'another',
  pin_try_exceeded: 'pin',
  postal_code_invalid: 'address',
  processing_error: 'later',
  reenter_transaction: 'later',
  restricted_card: 'another',
  revocation_of_all_authorizations: 'bank',
  revocation_of_authorization: 'bank',
  security_violation: 'another',
  service_not_allowed: 'bank',
  stolen_card: 'another',
  stop_payment_order: 'bank',
  testmode_decline: 'testCard',
  transaction_not_allowed: 'unsuited',
  try_again_later: 'later',
  withdrawal_count_limit_exceeded: 'limit',
}

/** Stripe's refusal as core passes it on: the more telling of its codes for staff, careful words for the buyer. */
export function declineOf({ code, decline_code: declineCode, type }: StripeFailure): Decline {
  const telling = declineCode || code || type || 'rejected'
  const known = wordOf(telling) ?? wordOf(code) ?? (type === 'card_error' ? 'another' : 'other')
  return { code: telling, buyerMessage: words[known] }
}

/** A refusal of our own, made before Stripe was asked. */
export function refusal(code: string): Decline {
  return { code, buyerMessage: words.other }
}

function wordOf(code: string | undefined): Words | undefined {
  return code !== undefined && Object.hasOwn(wordsOfCode, code) ? wordsOfCode[code] : undefined
}
