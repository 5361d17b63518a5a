import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ProviderEvent } from '@cartwright/core/ports'

/** A webhook as it comes over the wire. */
export interface SignedWebhook {
  readonly rawBody: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export type WebhookVerdict = { readonly verified: true; readonly event: ProviderEvent } | { readonly verified: false; readonly reason: string }

interface VerifyParams {
  readonly rawBody: Uint8Array
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly secret: string
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

/** Checks the signature over the raw bytes, in constant time, and that it was made within `toleranceMs` of `now`. */
export function verifyWebhook(params: VerifyParams): WebhookVerdict {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(params.headers[headerName] ?? '')
  if (match === null) return { verified: false, reason: 'the signature is missing or malformed' }
  const [, seconds = '', signature = ''] = match
  if (!timingSafeEqual(digest(params.secret, seconds, params.rawBody), Buffer.from(signature, 'hex')))
    return { verified: false, reason: 'the signature does not match' }
  if (Math.abs(params.now.getTime() - Number(seconds) * 1000) > params.toleranceMs)
    return { verified: false, reason: 'the signature is too old, or from the future' }
  return { verified: true, event: readEvent(params.rawBody) }
}

function digest(secret: string, seconds: string, rawBody: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(rawBody).digest()
}

function readEvent(rawBody: Uint8Array): ProviderEvent {
  const event = JSON.parse(Buffer.from(rawBody).toString('utf8')) as Omit<ProviderEvent, 'createdAt'> & { readonly createdAt: string }
  return { ...event, createdAt: new Date(event.createdAt) }
}
