import type { StripeFailure, StripeIntent } from './stripe-objects.ts'

/** What an error of the SDK carries. Told by its fields, not its class: the host's client may come from another copy of the SDK. */
export interface StripeErrorFields extends StripeFailure {
  readonly statusCode: number | undefined
  /** Stripe's own word for the kind of error, e.g. `card_error`; the SDK keeps its class's name under `type`. */
  readonly rawType: string | undefined
  readonly payment_intent: StripeIntent | undefined
}

/**
 * What an answer of Stripe's says about a change that was asked for.
 * - `rejected`: not done, and the same request will not be.
 * - `unknown`: it may have been done, or it was not but may be when asked again. Core repeats the key or looks.
 */
export type Verdict = 'rejected' | 'unknown'

/**
 * The verdict on every HTTP status that Stripe documents; 5xx and whatever else comes is `unknown`. A 5xx is stored under its key like any other answer, so
 * repeating the key repeats it, and only a look tells.
 */
export const verdictOfStatus: Readonly<Record<number, Verdict>> = {
  400: 'rejected',
  402: 'rejected',
  404: 'rejected',
  // A key or permission of the shop's is wrong: nothing was done, and once that is mended the same request will be. It is no refusal of the buyer's payment.
  401: 'unknown',
  403: 'unknown',
  // Another request with the same key is under way.
  409: 'unknown',
  // Something that Stripe depends on has failed.
  424: 'unknown',
  429: 'unknown',
}

/** Codes that come with a status of 400, but say nothing about the request itself. */
export const verdictOfCode: Readonly<Record<string, Verdict>> = {
  account_invalid: 'unknown',
  api_key_expired: 'unknown',
  idempotency_key_in_use: 'unknown',
  livemode_mismatch: 'unknown',
  lock_timeout: 'unknown',
  platform_api_key_expired: 'unknown',
  rate_limit: 'unknown',
  secret_key_required: 'unknown',
  tls_version_unsupported: 'unknown',
}

/** The fields of an error of the SDK's; undefined for any other value. */
export function stripeErrorOf(error: unknown): StripeErrorFields | undefined {
  if (!(error instanceof Error) || !('rawType' in error) || !('statusCode' in error)) return undefined
  const { rawType, statusCode, code, decline_code, payment_intent } = error as Error & Partial<StripeErrorFields>
  return {
    rawType,
    statusCode,
    payment_intent,
    ...(rawType === undefined ? {} : { type: rawType }),
    ...(code === undefined ? {} : { code }),
    ...(decline_code === undefined ? {} : { decline_code }),
  }
}

/** What has become of a change whose request ended with this error. */
export function verdictOf(error: StripeErrorFields): Verdict {
  const byCode = error.code === undefined ? undefined : verdictOfCode[error.code]
  return byCode ?? verdictOfStatus[error.statusCode ?? 0] ?? 'unknown'
}

/** True for "there is no such object". */
export function isMissing(error: unknown): boolean {
  const fields = stripeErrorOf(error)
  return fields?.statusCode === 404 || (fields?.statusCode === 400 && fields.code === 'resource_missing')
}

/** True when the key was used before with other parameters: what was asked then may have been done. */
export function isKeyReused(error: StripeErrorFields): boolean {
  return error.rawType === 'idempotency_error' && verdictOf(error) === 'rejected'
}
