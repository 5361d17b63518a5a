/** What the `method` of a payment asks for. */
export interface PaymentMethodChoice {
  readonly flow: 'elements' | 'token' | 'saved' | 'checkout'
  /** `pm_…` or `ctoken_…`; null where the buyer gives it to Stripe. */
  readonly token: string | null
  /** The buyer is not there to confirm anything. */
  readonly offSession: boolean
  /** To be kept for the buyer's next payments. */
  readonly save: boolean
}

/**
 * Reads the method that a caller named. It is stored with the payment and all that a repetition goes by, so everything that changes the request is in it.
 *
 * | method | what happens |
 * |---|---|
 * | `elements` | the buyer pays in the page, by Stripe's Payment Element: `requires_action` with the client secret |
 * | `pm_…`, `ctoken_…` | what the page has collected already is charged at once |
 * | `checkout` | the buyer pays on Stripe's page: `requires_action` with its address |
 * | each of these with `:save` at its end | and the card is kept for the customer of the order |
 * | `saved:pm_…` | a kept card of the order's customer, who is there |
 * | `off_session:pm_…` | a kept card of the order's customer, who is not there |
 *
 * @returns undefined for anything else.
 */
export function parseMethod(method: string): PaymentMethodChoice | undefined {
  const match = /^(?:(saved|off_session):)?(elements|checkout|(?:pm|ctoken)_\w{1,255})(:save)?$/.exec(method)
  if (match === null) return undefined
  const [, kept, name = '', save] = match
  const token = name.includes('_') ? name : null
  if (kept !== undefined)
    return token?.startsWith('pm_') && save === undefined ? { flow: 'saved', token, offSession: kept === 'off_session', save: false } : undefined
  const flow = token !== null ? 'token' : name === 'checkout' ? 'checkout' : 'elements'
  return { flow, token, offSession: false, save: save !== undefined }
}
