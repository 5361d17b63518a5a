import { hash } from 'node:crypto'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { requireProvider } from '../payments/call-provider.ts'
import type { PaymentProvider, ProviderEvent } from '../payments/payment-provider.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { type InboxEvent, receivedEvent } from './inbox-event.ts'

/** Longer bodies are refused unread: no provider's event comes near it. */
const maxBodyBytes = 1_048_576

export interface Webhook {
  readonly provider: string
  readonly rawBody: Uint8Array
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** What a webhook came to. Either way the provider is to be told that it arrived. */
export interface ReceivedWebhook {
  readonly outcome: 'recorded' | 'duplicate'
  readonly eventId: string
}

/** Checks who sent a webhook and keeps its event, by one insert and nothing else. Nothing is done about it here. */
export async function receiveWebhook(context: Context, { provider: name, rawBody, headers }: Webhook): Promise<ReceivedWebhook> {
  const provider = requireProvider(context, name)
  if (rawBody.byteLength > maxBodyBytes) throw invalid(name, `the body is longer than ${maxBodyBytes} bytes`)
  const verdict = await provider.verifyWebhook({ rawBody, headers, now: wallTime(context) })
  if (!verdict.verified) throw verdict.problem === 'foreign' ? foreign(name, verdict.reason) : invalid(name, verdict.reason)
  const { event } = verdict
  if (isOfOtherMode(provider, event)) throw foreign(name, `the event is of the ${event.live ? 'live' : 'test'} mode`)
  await context.probe('webhook.verified')
  const payloadHash = hash('sha256', rawBody)
  const outcome = await context.storage.transaction(context.clock.now(), async (tx) => {
    const recorded = await recordEvent(tx, name, event, payloadHash)
    await context.probe('webhook.written')
    return recorded
  })
  await context.probe('webhook.recorded')
  return { outcome, eventId: event.eventId }
}

/** True for what belongs to the live mode where the provider is in the test mode, or the other way round. */
export function isOfOtherMode({ live }: PaymentProvider, subject: { readonly live: boolean }): boolean {
  return live !== undefined && subject.live !== live
}

/** Keeps an event that a provider has sent or listed. @param payloadHash - of the body it came in; null for one that was listed. */
export function recordEvent(
  tx: StorageTransaction,
  provider: string,
  event: ProviderEvent,
  payloadHash: InboxEvent['payloadHash'],
): Promise<'recorded' | 'duplicate'> {
  return tx.inbox.record(receivedEvent(provider, event, payloadHash, tx.now))
}

/** The time that a signature's is compared with. The provider signs by the world's clock and not by the database's, so this process's must be right to minutes. */
function wallTime(context: Context): Date {
  const now = context.clock.now()
  return now.source === 'value' ? now.at : new Date()
}

function invalid(provider: string, reason: string): CommerceError {
  return new CommerceError('WEBHOOK_INVALID', { details: { provider, reason } })
}

function foreign(provider: string, reason: string): CommerceError {
  return new CommerceError('WEBHOOK_FOREIGN', { details: { provider, reason } })
}
