import { setTimeout as sleep } from 'node:timers/promises'
import { Identifiers } from './books/identifiers.ts'
import { StripeBooks } from './books/stripe-books.ts'
import type { StripeEvent } from './books/stripe-objects.ts'
import { expireDueSessions } from './checkout/session-life.ts'
import { describedBy } from './description/description-check.ts'
import type { FakeStripeOptions } from './fake-stripe-options.ts'
import type { RequestFault } from './faults/fake-stripe-faults.ts'
import { type FaultMatch, FaultSource } from './faults/fault-source.ts'
import { allOperations } from './http/all-operations.ts'
import { RequestDesk } from './http/answer-request.ts'
import type { LoggedRequest } from './http/request-log.ts'
import { serveRequests } from './http/serve-requests.ts'
import { type Steering, steering } from './steering/steering.ts'
import { type StripeTotals, stripeTotals } from './stripe-totals.ts'
import { type DeliveryAttempt, WebhookSender } from './webhooks/webhook-sender.ts'

/** What `new Stripe(apiKey, …)` needs to talk to the fake. */
export interface FakeStripeClientOptions {
  readonly host: string
  readonly port: number
  readonly protocol: 'http'
}

export interface FakeStripe extends Steering, AsyncDisposable {
  /** E.g. `http://127.0.0.1:40213`. */
  readonly url: string
  readonly host: string
  readonly port: number
  readonly protocol: 'http'
  readonly apiKey: string
  readonly webhookSecret: string
  /** What of Stripe's API the fake has, e.g. `POST /v1/refunds`. */
  readonly routes: readonly string[]
  clientOptions(): FakeStripeClientOptions
  /** Moves Stripe's clock on, ≥ 0 ms: sessions and idempotency keys expire, and webhooks that were to wait as long are sent. */
  advance(ms: number): Promise<void>
  /** The next request, or the next `times`, meets this fault. */
  failNext(fault: RequestFault, match?: FaultMatch): void
  /** Ends all faults. Requests that hang go on hanging until their callers give up. */
  calm(): void
  /** What has moved, by currency and by payment. @param metadataKey - the key under which the shop keeps its own id; without, by intent. */
  totals(metadataKey?: string): StripeTotals
  /** Every request so far, oldest first. */
  requests(): readonly LoggedRequest[]
  /** Every event so far, oldest first. */
  events(): readonly StripeEvent[]
  /** Every attempt to deliver an event, oldest first. */
  deliveries(): readonly DeliveryAttempt[]
  /** Sends all webhooks that wait, and repeats those that fail, without waiting for their times. */
  deliverPending(): Promise<void>
  /** Takes the webhook endpoints away: what waits to be sent, and what happens from now on, is only listed. */
  removeWebhookEndpoints(): void
  /** Resolves when no request is under way and no webhook that is due. */
  idle(): Promise<void>
  close(): Promise<void>
}

const retryDelaysMs = [60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 43_200_000]

/**
 * Starts a Stripe to test against: an HTTP server on loopback that Stripe's own library talks to. It keeps payment intents, refunds, customers and so on in
 * memory, answers as Stripe's documentation says, and sends signed webhooks. Close it when done.
 *
 * @throws Error when the description cannot be read.
 */
export async function startFakeStripe(options: FakeStripeOptions): Promise<FakeStripe> {
  const { seed, now = () => new Date(), apiKey = 'sk_test_fake', webhookSecret = 'whsec_fake', apiVersion = '2026-10-28.endive' } = options
  let aheadMs = 0
  const nowMs = (): number => now().getTime() + aheadMs
  const faults = new FaultSource(seed, options.faults ?? {})
  const sender = new WebhookSender({
    endpoints: options.webhookEndpoints ?? [],
    defaultSecret: webhookSecret,
    faults,
    nowMs,
    atOnce: options.deliverAtOnce ?? true,
    retryDelaysMs: options.webhookRetryDelaysMs ?? retryDelaysMs,
    timeoutMs: options.webhookTimeoutMs ?? 10_000,
  })
  const books = openBooks({ ...options, apiVersion }, nowMs, faults, sender)
  const catchUp = (): void => expireDueSessions(books)
  const description = options.openApi === undefined ? null : await describedBy(options.openApi)
  const operations = allOperations(options.searchLagMs ?? 60_000)
  let desk: RequestDesk | undefined
  const server = await serveRequests({
    port: options.port ?? 0,
    answer: (request) => (desk as RequestDesk).answer(request),
    afterAnswer: () => void sender.sendDue(),
  })
  const { url, host, port } = server
  desk = new RequestDesk({
    books,
    operations,
    faults,
    apiKey,
    apiVersion,
    url,
    description,
    sleep: (ms) => sleep(ms),
    catchUp,
    beforeAnswer: (requestId) => sender.sendBeforeAnswer(requestId),
  })
  const { log } = desk
  const close = async (): Promise<void> => {
    await server.close()
    await sender.close()
  }
  return {
    url,
    host,
    port,
    protocol: 'http',
    apiKey,
    webhookSecret,
    routes: operations.map(({ method, path }) => `${method} ${path}`),
    clientOptions: () => ({ host, port, protocol: 'http' }),
    ...steering(books, url, () => void sender.sendDue()),
    advance: async (ms) => {
      if (!(ms >= 0)) throw new RangeError('advance takes milliseconds from 0 up')
      aheadMs += ms
      catchUp()
      await sender.sendDue()
    },
    failNext: (fault, match) => faults.failNext(fault, match),
    calm: () => faults.calm(),
    totals: (metadataKey) => stripeTotals(books, metadataKey),
    requests: () => log,
    events: () => books.events.items,
    deliveries: () => sender.attempts,
    deliverPending: () => sender.sendAll(),
    removeWebhookEndpoints: () => sender.removeEndpoints(),
    idle: async () => {
      await server.idle()
      await sender.idle()
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function openBooks(options: FakeStripeOptions & { readonly apiVersion: string }, nowMs: () => number, faults: FaultSource, sender: WebhookSender): StripeBooks {
  const books: StripeBooks = new StripeBooks({
    identifiers: new Identifiers(options.seed),
    nowMs,
    livemode: options.livemode ?? false,
    apiVersion: options.apiVersion,
    account: options.account ?? 'acct_fake',
    onEvent: (event) => {
      sender.add(event)
      if (!faults.twin(event.type)) return
      const twin = { ...event, id: books.identifiers.next('evt'), pending_webhooks: 0 }
      books.events.add(twin)
      sender.add(twin)
    },
  })
  return books
}
