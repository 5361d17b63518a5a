import type { PaymentProvider, WebhookVerdict } from '@cartwright/core/ports'
import Stripe from 'stripe'
import { eventOf } from './event-mapping.ts'
import type { StripeEvent } from './stripe-objects.ts'
import type { StripeSettings } from './stripe-options.ts'

type VerifyParams = Parameters<PaymentProvider['verifyWebhook']>[0]
type Secrets = Pick<StripeSettings, 'webhookSecrets' | 'webhookToleranceSeconds' | 'live' | 'account'>

/** Checks that a webhook comes from Stripe and speaks of this account in this mode. The SDK compares signatures, in constant time. */
export function verifyWebhook(settings: Secrets, { rawBody, headers, now }: VerifyParams): WebhookVerdict {
  const header = headers['stripe-signature']
  if (header === undefined) return invalid('the signature is missing')
  const body = exactText(rawBody)
  if (body === undefined) return invalid('the body is not UTF-8')
  if (isFromFuture(header, settings.webhookToleranceSeconds, now)) return invalid('the signature is from the future')
  let reason = 'no webhook secret is configured'
  for (const secret of settings.webhookSecrets) {
    try {
      const event = Stripe.webhooks.constructEvent(body, header, secret, settings.webhookToleranceSeconds, undefined, now.getTime())
      return judge(settings, event as unknown)
    } catch (error) {
      reason = reasonOf(error)
    }
  }
  return invalid(reason)
}

/** The body as text, of which only these bytes are the encoding: a signature over the text is one over the bytes. */
function exactText(rawBody: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawBody)
  } catch {
    return undefined
  }
}

/** The SDK refuses what is too old only. */
function isFromFuture(header: string, toleranceSeconds: number, now: Date): boolean {
  const time = /(?:^|,)\s*t=(\d{1,15})(?:,|$)/.exec(header)?.[1]
  return time !== undefined && Number(time) * 1000 - now.getTime() > toleranceSeconds * 1000
}

/** In words of ours: the SDK's go on about what to look into, and may repeat the body. */
function reasonOf(error: unknown): string {
  if (error instanceof SyntaxError) return 'the body is not JSON'
  const message = error instanceof Error ? error.message : ''
  if (message.includes('tolerance zone')) return 'the signature is too old'
  return message.includes('thin event') ? 'thin events are not supported' : 'the signature does not match'
}

function judge({ live, account }: Secrets, event: unknown): WebhookVerdict {
  if (!isEvent(event)) return invalid('the body is not an event')
  if (event.livemode !== live) return foreign(`an event of ${event.livemode ? 'live' : 'test'} mode`)
  if ((event.account ?? undefined) !== account) return foreign('an event of another account')
  return { verified: true, event: eventOf(event) }
}

function isEvent(value: unknown): value is StripeEvent {
  if (typeof value !== 'object' || value === null) return false
  const { id, type, created, livemode, data } = value as Partial<StripeEvent>
  const complete = typeof id === 'string' && typeof type === 'string' && Number.isSafeInteger(created) && typeof livemode === 'boolean'
  return complete && typeof data?.object === 'object' && data.object !== null
}

function invalid(reason: string): WebhookVerdict {
  return { verified: false, problem: 'invalid', reason }
}

function foreign(reason: string): WebhookVerdict {
  return { verified: false, problem: 'foreign', reason }
}
