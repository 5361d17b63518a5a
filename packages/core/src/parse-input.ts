import * as z from 'zod'
import { CommerceError } from './errors.ts'

/**
 * Checks a public method's parameters at run time: callers may be plain JavaScript, and their values may come straight from a request.
 *
 * @throws INVALID_INPUT naming every issue; messages never repeat the value, which may be personal.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }))
  throw new CommerceError('INVALID_INPUT', {
    details: { issues },
    message: `invalid input: ${issues.map(({ path, message }) => `${path || '(root)'}: ${message}`).join('; ')}`,
  })
}

/** A UUID of ours, as an id of any kind. */
export const idInput = z.uuid()

/** A text of at most `max` characters that carries no control characters. */
export function textInput(max: number, min = 1) {
  return z
    .string()
    .min(min)
    .max(max)
    .refine((text) => !hasControlCharacter(text), { message: 'must not contain control characters' })
    .refine((text) => text.isWellFormed(), { message: 'must be well-formed Unicode' })
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 32 || code === 127) return true
  }
  return false
}

/** A SKU: any printable text without blanks at its ends. */
export const skuInput = textInput(100).refine((sku) => sku.trim() === sku, { message: 'must not begin or end with a blank' })

/** An address to send mail to, ASCII only. */
export const emailInput = z.email().max(320)

/** A key the caller chooses so that repeating a call does its work once. */
export const idempotencyKeyInput = textInput(200)

/** ISO 4217, in capitals. */
export const currencyInput = z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters')

/** Integer minor units ≥ 0. −0 is refused: it is no amount anyone meant. */
export const amountInput = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .refine((value) => !Object.is(value, -0), { message: 'must not be -0' })

/** Who asks. */
export const actorInput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('admin'), id: textInput(200) }),
  z.strictObject({ type: z.literal('customer'), customerId: textInput(200) }),
  z.strictObject({ type: z.literal('guest'), token: textInput(200, 20) }),
  z.strictObject({ type: z.literal('system') }),
])
