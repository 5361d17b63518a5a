import * as z from 'zod'
import { creditChoiceInput } from '../credit/credit-input.ts'
import { actorInput, amountInput, idempotencyKeyInput, idInput, skuInput, textInput } from '../parse-input.ts'
import { addressInput } from './address-input.ts'

export const getOrderInput = z.union([
  z.strictObject({ actor: actorInput, id: idInput }),
  z.strictObject({ actor: actorInput, number: z.string().regex(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/, 'looks like K7QX-29MF') }),
])

export const listOrdersInput = z.strictObject({
  actor: actorInput,
  status: z.enum(['pending', 'confirmed', 'cancelled', 'expired']).optional(),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(500).optional(),
})

export const ofOrderInput = z.strictObject({ actor: actorInput, orderId: idInput })

export const fulfilInput = z.strictObject({
  actor: actorInput,
  orderId: idInput,
  lines: z
    .array(z.strictObject({ orderLineId: idInput, quantity: z.int().min(1).max(1_000_000) }))
    .min(1)
    .max(1_000)
    .optional(),
  location: textInput(100).optional(),
  early: z.boolean().optional(),
  carrier: textInput(100).optional(),
  trackingNumber: textInput(200).optional(),
  trackingUrl: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const deliverInput = z.strictObject({ actor: actorInput, fulfilmentId: idInput })

/** Where refunded money goes. */
export const refundTargetInput = z.enum(['original', 'store_credit'])

export const refundInput = z
  .strictObject({
    actor: actorInput,
    orderId: idInput,
    lines: z
      .array(
        z.strictObject({
          orderLineId: idInput,
          quantity: z.int().min(1).max(1_000_000),
          restock: z.boolean().default(true),
          from: z.enum(['unshipped', 'shipped']).optional(),
        }),
      )
      .min(1)
      .max(1_000)
      .optional(),
    shipping: z.union([z.literal(true), amountInput.min(1)]).optional(),
    amountMinor: amountInput.optional(),
    to: refundTargetInput.optional(),
    reason: textInput(500).optional(),
    idempotencyKey: idempotencyKeyInput.optional(),
  })
  .refine(({ lines, shipping, amountMinor = 0 }) => lines !== undefined || shipping !== undefined || amountMinor > 0, {
    message: 'say what to refund: lines, shipping or an amount',
  })

const editedOrder = {
  actor: actorInput,
  orderId: idInput,
  changes: z
    .strictObject({
      remove: z
        .array(z.strictObject({ orderLineId: idInput, quantity: z.int().min(1).max(1_000_000) }))
        .min(1)
        .max(1_000)
        .optional(),
      shippingAddress: addressInput.optional(),
    })
    .refine(({ remove, shippingAddress }) => remove !== undefined || shippingAddress !== undefined, { message: 'say what to change' }),
}

export const previewEditInput = z.strictObject(editedOrder)

export const editInput = z.strictObject({
  ...editedOrder,
  reason: textInput(300).optional(),
  expectedVersion: z.int().min(1).optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const quoteAdditionInput = z.strictObject({
  actor: actorInput,
  orderId: idInput,
  lines: z
    .array(z.strictObject({ sku: skuInput, quantity: z.int().min(1).max(1_000_000) }))
    .min(1)
    .max(1_000),
  credits: creditChoiceInput.optional(),
})

export type QuoteAdditionInput = z.input<typeof quoteAdditionInput>
export type PreviewEditInput = z.input<typeof previewEditInput>
export type EditInput = z.input<typeof editInput>
export type GetOrderInput = z.input<typeof getOrderInput>
export type ListOrdersInput = z.input<typeof listOrdersInput>
export type OfOrderInput = z.input<typeof ofOrderInput>
export type FulfilInput = z.input<typeof fulfilInput>
export type RefundInput = z.input<typeof refundInput>
export type DeliverInput = z.input<typeof deliverInput>
