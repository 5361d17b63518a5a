import { type Commerce, CommerceError, type CommerceOptions, type InboxEvent, isCommerceError } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output } from '../terminal/output.ts'
import { eventsTable } from './webhooks-list.ts'

interface WebhooksReplayOptions extends ShopOptions {
  readonly events: readonly string[]
  /** The name of the provider that sent them. */
  readonly provider?: string
}

/** Makes events due again and acts on what is due. Fails when one of them could not be resolved. */
export async function webhooksReplay(output: Output, options: WebhooksReplayOptions): Promise<number> {
  const replayed = await withCommerce(options, { create: false }, async (commerce, config) => {
    const keys: { readonly provider: string; readonly eventId: string }[] = []
    for (const eventId of new Set(options.events)) keys.push({ provider: await replayOne(commerce, providersOf(options, config), eventId), eventId })
    await commerce.worker.runOnce({ jobs: ['inbox'] })
    const events: InboxEvent[] = []
    for (const key of keys) events.push(await commerce.payments.webhook({ actor: staff, ...key }))
    return events
  })
  output.result({ items: replayed }, () => eventsTable(replayed, output))
  const open = replayed.filter(({ state }) => state === 'received' || state === 'parked').length
  if (open > 0) output.note(`${open} of ${replayed.length} could not be resolved and will be tried again by the worker.`)
  return open === 0 ? 0 : 1
}

function providersOf({ provider }: WebhooksReplayOptions, config: CommerceOptions): readonly string[] {
  const names = provider === undefined ? (config.payments ?? []).map(({ name }) => name) : [provider]
  if (names.length > 0) return names
  const message = 'No payment provider is configured, so nothing could be read at one. Use a cartwright.config.ts that has it'
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'config', message }] } })
}

/** @returns the provider that had sent the event. @throws NOT_FOUND when none did */
async function replayOne({ payments }: Commerce, providers: readonly string[], eventId: string): Promise<string> {
  for (const provider of providers) {
    try {
      await payments.replayWebhook({ actor: staff, provider, eventId })
      return provider
    } catch (error) {
      if (!isCommerceError(error, 'NOT_FOUND')) throw error
    }
  }
  throw new CommerceError('NOT_FOUND', { details: { object: 'provider event' } })
}
