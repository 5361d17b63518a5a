import { z } from 'zod'
import type { FormParameters } from './form-encoding.ts'
import { invalidParameter, type StripeRefusal } from './stripe-refusal.ts'

/* The kinds of parameters, decoded from text. */

export const integer = z
  .string()
  .regex(/^-?\d{1,15}$/, 'integer')
  .transform(Number)

export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** A text that must not be empty. */
export const text = z.string().min(1, 'empty').max(5_000)

/** A text that unsets what it stands for when it is empty. */
export const clearable = z.string().max(5_000)

/** Added to what is there; an empty value removes its key, an empty text in place of the map removes all. */
export const metadata = z.union([z.literal(''), z.record(z.string().max(40), z.string().max(500)).refine((map) => Object.keys(map).length <= 50)])

export const expand = z.array(z.string()).optional()

const address = z.strictObject({
  city: clearable.optional(),
  country: clearable.optional(),
  line1: clearable.optional(),
  line2: clearable.optional(),
  postal_code: clearable.optional(),
  state: clearable.optional(),
})

export const billingDetails = z.strictObject({
  address: z.union([z.literal(''), address]).optional(),
  email: clearable.optional(),
  name: clearable.optional(),
  phone: clearable.optional(),
})

export const shipping = z.strictObject({
  address,
  carrier: clearable.optional(),
  name: text,
  phone: clearable.optional(),
  tracking_number: clearable.optional(),
})

export { address }

/** An exact time or bounds, in seconds. */
export const created = z.union([integer, z.strictObject({ gt: integer.optional(), gte: integer.optional(), lt: integer.optional(), lte: integer.optional() })])

/** What every list takes. */
export const paging = { limit: integer.optional(), starting_after: text.optional(), ending_before: text.optional(), expand }

/**
 * Decodes the parameters of a request.
 *
 * @throws StripeRefusal 400, before anything is carried out.
 */
export function readParameters<P>(schema: z.ZodType<P>, parameters: FormParameters): P {
  const result = schema.safeParse(parameters)
  if (result.success) return result.data
  throw refusalOf(result.error.issues[0], parameters)
}

function refusalOf(issue: z.core.$ZodIssue | undefined, parameters: FormParameters): StripeRefusal {
  const path = issue?.path.map(String) ?? []
  if (issue?.code === 'unrecognized_keys') {
    const unknown = nameOf([...path, issue.keys[0] ?? ''])
    return invalidParameter(`The fake does not know the parameter ${unknown}.`, { code: 'parameter_unknown', param: unknown })
  }
  const param = nameOf(path)
  const value = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], parameters)
  if (value === undefined) return invalidParameter(`The parameter ${param} is required.`, { code: 'parameter_missing', param })
  if (value === '') return invalidParameter(`The parameter ${param} must not be empty.`, { code: 'parameter_invalid_empty', param })
  if (issue?.code === 'invalid_format') return invalidParameter(`The parameter ${param} must be an integer.`, { code: 'parameter_invalid_integer', param })
  return invalidParameter(`The parameter ${param} has no value that is allowed.`, { code: 'parameter_invalid_value', param })
}

/** `metadata[order]`, as Stripe names nested parameters. */
function nameOf(path: readonly string[]): string {
  return path.map((key, index) => (index === 0 ? key : `[${key}]`)).join('')
}
