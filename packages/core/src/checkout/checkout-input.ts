import * as z from 'zod'
import { actorInput, amountInput, currencyInput, idempotencyKeyInput, idInput, textInput } from '../parse-input.ts'

/**
 * Whether a text holds a card number: neighbouring groups of digits, parted by blanks or hyphens, that have 13 to 19 digits together and pass the Luhn check.
 * Card numbers have no place in this system.
 */
function holdsCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d+(?:[ -]\d+)*/g)) {
    const groups = run.split(/[ -]/)
    for (let first = 0; first < groups.length; first += 1) {
      let digits = ''
      for (let last = first; last < groups.length && digits.length < 19; last += 1) {
        digits += groups[last]
        if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) return true
      }
    }
  }
  return false
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const doubled = index % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const freeText = (max: number) => textInput(max).refine((text) => !holdsCardNumber(text), { message: 'must not contain a card number' })

const addressInput = z.strictObject({
  name: freeText(200),
  line1: freeText(200),
  line2: freeText(200).optional(),
  city: freeText(100),
  region: freeText(100).optional(),
  postalCode: freeText(20),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code in capitals'),
  phone: textInput(40).optional(),
})

export const quoteInput = z.strictObject({
  actor: actorInput,
  cartId: idInput,
  shippingAddress: addressInput,
  billingAddress: addressInput.optional(),
  shippingMethod: textInput(100),
})

const paymentInput = z.strictObject({
  provider: textInput(100),
  method: freeText(200),
  capture: z.enum(['automatic', 'manual']).default('automatic'),
})

const moneyInput = z.strictObject({ amountMinor: amountInput, currency: currencyInput })

export const placeInput = z.strictObject({
  actor: actorInput,
  cartId: idInput,
  quoteId: idInput.optional(),
  expectedTotal: moneyInput,
  payment: paymentInput.optional(),
  email: z.email().max(320).optional(),
  idempotencyKey: idempotencyKeyInput,
})

export const resumeInput = z.strictObject({ actor: actorInput, orderId: idInput, payment: paymentInput.optional(), idempotencyKey: idempotencyKeyInput })

export const payInput = z.strictObject({ actor: actorInput, idempotencyKey: idempotencyKeyInput })

const declineInput = z.strictObject({ code: textInput(200), buyerMessage: textInput(500) })

const providerPaymentInput = z.strictObject({
  providerPaymentId: textInput(200),
  paymentId: idInput.nullable(),
  orderId: idInput.nullable(),
  status: z.enum(['requires_action', 'processing', 'requires_capture', 'succeeded', 'failed', 'canceled']),
  amount: moneyInput,
  capturableMinor: amountInput,
  capturedMinor: amountInput,
  refundedMinor: amountInput,
  action: z.strictObject({ type: z.enum(['client_secret', 'redirect']), value: textInput(2_000) }).nullable(),
  decline: declineInput.nullable(),
  live: z.boolean(),
  createdAt: z.date(),
})

export const finaliseInput = z.strictObject({
  actor: actorInput,
  orderId: idInput,
  payment: z.strictObject({ id: idInput, version: z.int().min(1) }),
  answer: z.discriminatedUnion('outcome', [
    z.strictObject({ outcome: z.literal('accepted'), value: providerPaymentInput }),
    z.strictObject({ outcome: z.literal('rejected'), decline: declineInput, value: providerPaymentInput.nullable() }),
  ]),
})

export const cancelInput = z.strictObject({ actor: actorInput, orderId: idInput, reason: freeText(500).optional() })

export type QuoteInput = z.input<typeof quoteInput>
export type PlaceInput = z.input<typeof placeInput>
export type PayInput = z.input<typeof payInput>
export type FinaliseInput = z.input<typeof finaliseInput>
export type ResumeInput = z.input<typeof resumeInput>
export type CancelInput = z.input<typeof cancelInput>
/** How the buyer wants to pay, checked. */
export type PaymentChoice = z.output<typeof paymentInput>
