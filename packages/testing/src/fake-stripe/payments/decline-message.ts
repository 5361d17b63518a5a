/** What the fake says of a decline; Stripe has its own words. */
export function declineMessage(code: string): string {
  switch (code) {
    case 'authentication_required':
      return 'The bank wants the buyer to identify themselves.'
    case 'expired_card':
      return 'The card has expired.'
    case 'incorrect_cvc':
      return 'The security code is wrong.'
    case 'payment_intent_authentication_failure':
      return 'The buyer could not be identified.'
    case 'processing_error':
      return 'The card could not be processed.'
    default:
      return 'The bank declined the payment.'
  }
}
