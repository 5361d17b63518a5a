import type { StripeErrorBody } from '../books/stripe-objects.ts'

/** A request that Stripe answers with an error. */
export class StripeRefusal extends Error {
  readonly status: number
  readonly body: StripeErrorBody
  /** False when the request never got as far as being carried out: its idempotency key is then free again. */
  readonly carriedOut: boolean

  constructor(status: number, body: StripeErrorBody, options: { readonly carriedOut: boolean } = { carriedOut: true }) {
    super(body.message)
    this.status = status
    this.body = body
    this.carriedOut = options.carriedOut
  }
}

/** 400: the request cannot be carried out as things are. */
export function invalidRequest(
  message: string,
  details: { readonly code?: string; readonly param?: string; readonly payment_intent?: unknown } = {},
): StripeRefusal {
  return new StripeRefusal(400, { type: 'invalid_request_error', message, ...details })
}

/** 400: the parameters are wrong in themselves; nothing is carried out. */
export function invalidParameter(message: string, details: { readonly code: string; readonly param: string }): StripeRefusal {
  return new StripeRefusal(400, { type: 'invalid_request_error', message, ...details }, { carriedOut: false })
}

/** 404 for an object that is asked for, 400 for one that a parameter names. */
export function missing(object: string, id: string, param: string, status: 400 | 404 = 404): StripeRefusal {
  return new StripeRefusal(status, { type: 'invalid_request_error', code: 'resource_missing', message: `There is no ${object} ${id}.`, param })
}
