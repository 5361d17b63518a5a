import * as z from 'zod'
import { refundTargetInput } from '../orders/order-input.ts'
import { actorInput, amountInput, idempotencyKeyInput, idInput, textInput } from '../parse-input.ts'
import { returnReasons } from './return.ts'

const units = { orderLineId: idInput, quantity: z.int().min(1).max(1_000_000) }

/** Lines of a return: each of another order line. */
function linesInput<Line extends z.ZodType<{ orderLineId: string }>>(line: Line) {
  return z
    .array(line)
    .min(1)
    .max(1_000)
    .refine((lines) => new Set(lines.map(({ orderLineId }) => orderLineId)).size === lines.length, { message: 'name each order line once' })
}

export const requestReturnInput = z.strictObject({
  actor: actorInput,
  orderId: idInput,
  lines: linesInput(z.strictObject({ ...units, reason: z.enum(returnReasons), note: textInput(500).optional() })),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const ofReturnInput = z.strictObject({ actor: actorInput, returnId: idInput })

export const rejectReturnInput = z.strictObject({ actor: actorInput, returnId: idInput, reason: textInput(500) })

export const receiveReturnInput = z.strictObject({
  actor: actorInput,
  returnId: idInput,
  lines: linesInput(z.strictObject({ ...units, restock: z.boolean().default(true) })).optional(),
  idempotencyKey: idempotencyKeyInput.optional(),
})

export const refundReturnInput = z
  .strictObject({
    actor: actorInput,
    returnId: idInput,
    amountMinor: amountInput.optional(),
    deductionMinor: amountInput.min(1).optional(),
    shipping: z.union([z.literal(true), amountInput.min(1)]).optional(),
    to: refundTargetInput.optional(),
    reason: textInput(500).optional(),
    idempotencyKey: idempotencyKeyInput.optional(),
  })
  .refine(({ amountMinor, deductionMinor }) => amountMinor === undefined || deductionMinor === undefined, {
    message: 'give an amount or a deduction, not both',
  })

export const listReturnsInput = z.strictObject({
  actor: actorInput,
  orderId: idInput.optional(),
  status: z.enum(['requested', 'approved', 'received', 'refunded', 'rejected', 'cancelled']).optional(),
  limit: z.int().min(1).max(100).default(20),
  after: idInput.optional(),
})

export type RequestReturnInput = z.input<typeof requestReturnInput>
export type OfReturnInput = z.input<typeof ofReturnInput>
export type RejectReturnInput = z.input<typeof rejectReturnInput>
export type ReceiveReturnInput = z.input<typeof receiveReturnInput>
export type RefundReturnInput = z.input<typeof refundReturnInput>
export type ListReturnsInput = z.input<typeof listReturnsInput>
