import { z } from 'zod'
import { billingDetails, clearable, expand, flag, integer, metadata, shipping, text } from '../http/parameters.ts'

const captureMethod = z.enum(['automatic', 'automatic_async', 'manual'])
const setupFutureUsage = z.enum(['off_session', 'on_session'])

/** Options by type of method, which the fake keeps and does not act on. */
const methodOptions = z.record(z.string(), z.record(z.string(), z.unknown()))

const methodData = z.strictObject({
  type: text,
  billing_details: billingDetails.optional(),
  metadata: metadata.optional(),
  allow_redisplay: z.enum(['always', 'limited', 'unspecified']).optional(),
})

/** What may be said both when an intent is made and when it is changed. */
const described = {
  customer: text.optional(),
  description: clearable.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
  payment_method_options: methodOptions.optional(),
  receipt_email: clearable.optional(),
  shipping: z.union([z.literal(''), shipping]).optional(),
  statement_descriptor: text.max(22).optional(),
  statement_descriptor_suffix: text.max(22).optional(),
  transfer_group: text.optional(),
  expand,
}

/** What may be said when an intent is confirmed. */
const confirmed = {
  error_on_requires_action: flag.optional(),
  off_session: z.union([flag, z.enum(['one_off', 'recurring'])]).optional(),
  return_url: text.optional(),
  use_stripe_sdk: flag.optional(),
  mandate_data: z.unknown().optional(),
}

export const createParameters = z.strictObject({
  ...described,
  ...confirmed,
  amount: integer,
  currency: text,
  automatic_payment_methods: z.strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() }).optional(),
  capture_method: captureMethod.optional(),
  confirm: flag.optional(),
  confirmation_method: z.enum(['automatic', 'manual']).optional(),
  payment_method_data: methodData.optional(),
  allowed_payment_method_types: z.array(text).optional(),
  payment_method_types: z.array(text).optional(),
  setup_future_usage: setupFutureUsage.optional(),
})

export type CreateParameters = z.infer<typeof createParameters>

export const updateParameters = z.strictObject({
  ...described,
  amount: integer.optional(),
  capture_method: captureMethod.optional(),
  currency: text.optional(),
  setup_future_usage: z.union([z.literal(''), setupFutureUsage]).optional(),
})

export const confirmParameters = z.strictObject({
  ...confirmed,
  capture_method: captureMethod.optional(),
  payment_method: text.optional(),
  payment_method_data: methodData.optional(),
  payment_method_options: methodOptions.optional(),
  receipt_email: clearable.optional(),
  setup_future_usage: z.union([z.literal(''), setupFutureUsage]).optional(),
  shipping: z.union([z.literal(''), shipping]).optional(),
  expand,
})

export type ConfirmParameters = z.infer<typeof confirmParameters>

export const captureParameters = z.strictObject({
  amount_to_capture: integer.optional(),
  final_capture: flag.optional(),
  metadata: metadata.optional(),
  statement_descriptor: text.max(22).optional(),
  statement_descriptor_suffix: text.max(22).optional(),
  expand,
})

export const cancelParameters = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  expand,
})
