import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ProviderEvent, WebhookVerdict } from '@cartwright/core/ports'

/** A webhook as it comes over the wire. */
export interface SignedWebhook {
  readonly rawBody: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

interface VerifyParams {
  readonly rawBody: Uint8Array
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Any of them will do. */
  readonly secrets: readonly string[]
  readonly now: Date
  /** How old, or how far ahead, a signature may be, in milliseconds; at least 1. */
  readonly toleranceMs: number
}

const headerName = 'fake-signature'

/** Signs an event: HMAC-SHA256 over the time and the body, so that neither can be changed nor sent again much later. */
export function signWebhook(event: ProviderEvent, params: { readonly secret: string; readonly at: Date }): SignedWebhook {
  const rawBody = Buffer.from(JSON.stringify({ ...event, createdAt: event.createdAt.toISOString() }))
  const seconds = Math.floor(params.at.getTime() / 1000).toString()
  return { rawBody, headers: { [headerName]: `t=${seconds},v1=${digest(params.secret, seconds, rawBody).toString('hex')}` } }
}

/** Checks the signature over the raw bytes, in constant time, that it was made within `toleranceMs` of `now`, and that the event is of the test mode. */
export function verifyWebhook(params: VerifyParams): WebhookVerdict {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(params.headers[headerName] ?? '')
  if (match === null) return invalid('the signature is missing or malformed')
  const [, seconds = '', signature = ''] = match
  const signed = params.secrets.map((secret) => timingSafeEqual(digest(secret, seconds, params.rawBody), Buffer.from(signature, 'hex')))
  if (!signed.includes(true)) return invalid('the signature does not match')
  if (Math.abs(params.now.getTime() - Number(seconds) * 1000) > params.toleranceMs) return invalid('the signature is too old, or from the future')
  const event = readEvent(params.rawBody)
  if (event === undefined) return invalid('the body is no event')
  return event.live ? { verified: false, problem: 'foreign', reason: 'the event is of the live mode' } : { verified: true, event }
}

function invalid(reason: string): WebhookVerdict {
  return { verified: false, problem: 'invalid', reason }
}

function digest(secret: string, seconds: string, rawBody: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(rawBody).digest()
}

function readEvent(rawBody: Uint8Array): ProviderEvent | undefined {
  try {
    const event = JSON.parse(Buffer.from(rawBody).toString('utf8')) as Omit<ProviderEvent, 'createdAt'> & { readonly createdAt: string }
    return typeof event.eventId === 'string' ? { ...event, createdAt: new Date(event.createdAt) } : undefined
  } catch {
    return undefined
  }
}
