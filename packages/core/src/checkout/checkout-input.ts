import * as z from 'zod'
import { creditChoiceInput } from '../credit/credit-input.ts'
import { freeText } from '../free-text.ts'
import { addressInput } from '../orders/address-input.ts'
import { actorInput, amountInput, currencyInput, emailInput, idempotencyKeyInput, idInput, textInput } from '../parse-input.ts'

/** An address, or one of the customer's address book. */
const addressChoiceInput = z.union([addressInput, z.strictObject({ addressId: idInput })])

/** What the host says of the buyer's taxes, having checked it: no buyer may say so by themselves. */
const taxFields = { taxId: textInput(50).optional(), taxExemption: textInput(200).optional() }

const pickupInput = z.strictObject({ name: freeText(200), phone: textInput(40).optional() })

const eitherPlace = [
  ({ shippingAddress, pickup }: { shippingAddress?: unknown; pickup?: unknown }) => (shippingAddress === undefined) !== (pickup === undefined),
  { path: ['shippingAddress'] as string[], message: 'must be given, or `pickup` instead of it' },
] as const

export const quoteInput = z
  .strictObject({
    actor: actorInput,
    cartId: idInput,
    /** Where it is sent. Left out when the buyer fetches it. */
    shippingAddress: addressChoiceInput.optional(),
    /** Who fetches it. */
    pickup: pickupInput.optional(),
    billingAddress: addressChoiceInput.optional(),
    shippingMethod: textInput(100),
    credits: creditChoiceInput.optional(),
    ...taxFields,
  })
  .refine(...eitherPlace)

export const shippingRatesInput = z.strictObject({
  actor: actorInput,
  cartId: idInput,
  /** Left out to learn where the cart can be fetched. */
  shippingAddress: addressChoiceInput.optional(),
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
  expectedDue: moneyInput.optional(),
  payment: paymentInput.optional(),
  email: emailInput.optional(),
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
export type ShippingRatesInput = z.input<typeof shippingRatesInput>
export type PlaceInput = z.input<typeof placeInput>
export type PayInput = z.input<typeof payInput>
export type FinaliseInput = z.input<typeof finaliseInput>
export type ResumeInput = z.input<typeof resumeInput>
export type CancelInput = z.input<typeof cancelInput>
/** Where the buyer wants it sent or billed, checked. */
export type AddressChoice = z.output<typeof addressChoiceInput>
/** How the buyer wants to pay, checked. */
export type PaymentChoice = z.output<typeof paymentInput>
