import * as z from 'zod'
import { actorInput, idInput, textInput } from '../parse-input.ts'

const providerInput = textInput(100)

/** What a request's headers may be given as: a `Headers`, or the object of node:http and of most frameworks. */
type HeadersInput = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

export const webhookInput = z.strictObject({
  provider: providerInput,
  rawBody: z.custom<Uint8Array | string>(
    (value) => typeof value === 'string' || value instanceof Uint8Array,
    'must be the bytes or the text of the request’s body',
  ),
  headers: z.custom<HeadersInput>((value) => typeof value === 'object' && value !== null, 'must be the headers of the request'),
})

export const listWebhooksInput = z.strictObject({
  actor: actorInput,
  state: z.enum(['received', 'processed', 'ignored', 'parked']).optional(),
  limit: z.int().min(1).max(100).default(20),
  after: z.string().max(1_000).optional(),
})

export const webhookKeyInput = z.strictObject({ actor: actorInput, provider: providerInput, eventId: textInput(500) })

export const getPaymentInput = z.strictObject({ actor: actorInput, paymentId: idInput })

export const reconcileInput = z.strictObject({
  actor: actorInput,
  provider: providerInput.optional(),
  from: z.date().optional(),
  dryRun: z.boolean().default(false),
  graceMs: z.int().min(0).optional(),
})

export type WebhookInput = z.input<typeof webhookInput>
export type ListWebhooksInput = z.input<typeof listWebhooksInput>
export type WebhookKeyInput = z.input<typeof webhookKeyInput>
export type GetPaymentInput = z.input<typeof getPaymentInput>
export type ReconcileInput = z.input<typeof reconcileInput>

/** A request's headers by name in lower case; of one that came several times, all values, as one list. */
export function plainHeaders(headers: HeadersInput): Readonly<Record<string, string | undefined>> {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers)
  return Object.fromEntries(
    entries.map(([name, value]: readonly [string, unknown]) => [
      name.toLowerCase(),
      Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : undefined,
    ]),
  )
}
