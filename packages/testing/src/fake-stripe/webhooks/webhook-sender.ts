import type { StripeEvent } from '../books/stripe-objects.ts'
import { ofType } from '../events/event-operations.ts'
import type { FaultSource } from '../faults/fault-source.ts'
import { stripeSignature } from './sign-webhook.ts'

export interface WebhookEndpoint {
  readonly url: string
  /** More than one while the secret is being changed: each signs. @default the fake's `webhookSecret` */
  readonly secret?: string | readonly string[]
  /** Types that it wants; `charge.*` and `*` are understood. @default all */
  readonly events?: readonly string[]
}

/** One attempt to deliver an event. */
export interface DeliveryAttempt {
  readonly eventId: string
  readonly type: string
  readonly endpoint: string
  /** 1 for the first. */
  readonly attempt: number
  /** What the endpoint answered; null when it could not be reached or took too long. */
  readonly status: number | null
}

export interface WebhookSenderOptions {
  readonly endpoints: readonly WebhookEndpoint[]
  readonly defaultSecret: string
  readonly faults: FaultSource
  readonly nowMs: () => number
  /** Whether events leave by themselves. */
  readonly atOnce: boolean
  /** How long after a failed attempt the next one is made; none after the last. */
  readonly retryDelaysMs: readonly number[]
  readonly timeoutMs: number
}

interface Delivery {
  readonly event: StripeEvent
  readonly endpoint: WebhookEndpoint
  readonly attempt: number
  readonly dueAtMs: number
  readonly beforeAnswer: boolean
  /** Lets the delivery behind it pass. */
  overtaken: boolean
}

/** Sends events to endpoints, one after the other in the order in which they happened, but for the faults. */
export class WebhookSender {
  readonly attempts: DeliveryAttempt[] = []
  readonly #options: WebhookSenderOptions
  #endpoints: readonly WebhookEndpoint[]
  #waiting: Delivery[] = []
  #running: Promise<void> = Promise.resolve()
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed = false

  constructor(options: WebhookSenderOptions) {
    this.#options = options
    this.#endpoints = options.endpoints
  }

  /** Queues an event for every endpoint that wants it. */
  add(event: StripeEvent): void {
    const { faults, nowMs } = this.#options
    for (const [index, endpoint] of this.#endpoints.entries()) {
      if (endpoint.events !== undefined && !endpoint.events.some((wanted) => ofType(event, wanted))) continue
      event.pending_webhooks += 1
      const fate = faults.ofDelivery(event.type, index)
      if (fate.dropped) continue
      const delivery = { event, endpoint, attempt: 1, dueAtMs: nowMs() + fate.delayMs, beforeAnswer: fate.beforeAnswer }
      this.#waiting.push({ ...delivery, overtaken: fate.overtaken })
      if (fate.duplicated) this.#waiting.push({ ...delivery, overtaken: false })
      if (fate.delayMs > 0) this.#wakeIn(fate.delayMs)
    }
  }

  /** Sends those events of a request that are to arrive before its answer; beside all others, so that an endpoint that asks back is never waited for in a circle. */
  async sendBeforeAnswer(requestId: string): Promise<void> {
    const early = this.#waiting.filter(({ beforeAnswer, event }) => beforeAnswer && event.request.id === requestId)
    this.#waiting = this.#waiting.filter((delivery) => !early.includes(delivery))
    for (const delivery of early) await this.#send(delivery)
  }

  /** Sends what is due. */
  sendDue(): Promise<void> {
    return this.#options.atOnce ? this.#run((delivery) => this.#isDue(delivery)) : Promise.resolve()
  }

  /** Sends everything that waits, retries too, without waiting for its time. */
  sendAll(): Promise<void> {
    return this.#run(() => true)
  }

  /** There is no endpoint any more: what waits is never sent. */
  removeEndpoints(): void {
    this.#endpoints = []
    this.#waiting = []
  }

  /** Resolves when nothing is being sent. */
  idle(): Promise<void> {
    return this.#running
  }

  /** Events that wait to be sent, or to be sent again. */
  get waiting(): number {
    return this.#waiting.length
  }

  close(): Promise<void> {
    this.#closed = true
    this.#waiting = []
    for (const timer of this.#timers) clearTimeout(timer)
    return this.#running
  }

  #isDue({ dueAtMs }: Delivery): boolean {
    return dueAtMs <= this.#options.nowMs()
  }

  #run(wanted: (delivery: Delivery) => boolean): Promise<void> {
    this.#running = this.#running.then(async () => {
      for (let next = this.#take(wanted); next !== undefined; next = this.#take(wanted)) await this.#send(next)
    })
    return this.#running
  }

  /** The first delivery that does not let another one pass; the passing frees those before it. */
  #take(wanted: (delivery: Delivery) => boolean): Delivery | undefined {
    const passed: Delivery[] = []
    for (const [index, delivery] of this.#waiting.entries()) {
      if (!wanted(delivery)) continue
      if (delivery.overtaken) {
        passed.push(delivery)
        continue
      }
      for (const one of passed) one.overtaken = false
      this.#waiting.splice(index, 1)
      return delivery
    }
    const [first] = passed
    if (first !== undefined) this.#waiting.splice(this.#waiting.indexOf(first), 1)
    return first
  }

  async #send(delivery: Delivery): Promise<void> {
    const status = await this.#post(delivery)
    const { event, endpoint, attempt } = delivery
    this.attempts.push({ eventId: event.id, type: event.type, endpoint: endpoint.url, attempt, status })
    if (status !== null && status >= 200 && status < 300) {
      event.pending_webhooks = Math.max(0, event.pending_webhooks - 1)
      return
    }
    const delayMs = this.#options.retryDelaysMs[attempt - 1]
    if (delayMs === undefined || this.#closed) return
    this.#waiting.push({ ...delivery, attempt: attempt + 1, dueAtMs: this.#options.nowMs() + delayMs, overtaken: false, beforeAnswer: false })
    this.#wakeIn(delayMs)
  }

  async #post({ event, endpoint }: Delivery): Promise<number | null> {
    const { secret = this.#options.defaultSecret } = endpoint
    const body = JSON.stringify(event, null, 2)
    const seconds = Math.floor(this.#options.nowMs() / 1000)
    const signature = stripeSignature(body, seconds, typeof secret === 'string' ? [secret] : secret)
    const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, 'user-agent': 'Stripe/1.0 (fake)' }
    try {
      const response = await fetch(endpoint.url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(this.#options.timeoutMs) })
      await response.arrayBuffer()
      return response.status
    } catch {
      return null
    }
  }

  #wakeIn(delayMs: number): void {
    if (!this.#options.atOnce || this.#closed) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      void this.sendDue()
    }, delayMs)
    timer.unref()
    this.#timers.add(timer)
  }
}
