import type { PaymentId, ProviderPayment } from '@cartwright/core/ports'
import { fromStripe } from './amounts.ts'
import { isMissing, stripeErrorOf, verdictOf } from './failures.ts'
import { isForOneCard, isHosted, metadataKeys, paymentIdIn } from './metadata.ts'
import { paymentOfIntent, paymentOfSession } from './payment-mapping.ts'
import { RecentIntents } from './recent-intents.ts'
import { idOf, type StripeIntent, type StripeRefund, type StripeSession } from './stripe-objects.ts'
import type { StripeSettings } from './stripe-options.ts'
import { everything, type ForwardPage, type ListParams, pageForward } from './stripe-pages.ts'
import type { StripeRequests } from './stripe-requests.ts'

/** Longer than Stripe's search needs, on an ordinary day, to find what was made; the clocks of the shop and of Stripe may differ by some of it. */
export const searchLagMs = 15 * 60_000
/** How far the clock by which our payments are dated may be ahead of Stripe's. */
const clockSkewMs = 10 * 60_000
/** How far back a payment is looked for when nobody says when it was made: a start is repeated for 23 hours. */
const lookBackMs = 25 * 3_600_000

export const withCharge = { expand: ['latest_charge'] }
/** With its refunds too: which of them have succeeded, the charge's own figure does not tell. */
const withRefunds = { expand: ['latest_charge.refunds'] }
const withIntent = { expand: ['payment_intent.latest_charge.refunds'] }

export function isSessionId(providerPaymentId: string): boolean {
  return providerPaymentId.startsWith('cs_')
}

/** Reads payments at Stripe. Throws the SDK's errors. */
export class PaymentLookup {
  readonly #requests: StripeRequests
  readonly #settings: StripeSettings
  readonly #recent: RecentIntents

  constructor(requests: StripeRequests, settings: StripeSettings) {
    this.#requests = requests
    this.#settings = settings
    this.#recent = new RecentIntents(2 * searchLagMs)
  }

  /** By the id of a PaymentIntent or a Checkout Session; undefined when there is none. A PaymentIntent of a hosted page is given as the session's payment. */
  async get(id: string, signal: AbortSignal): Promise<ProviderPayment | undefined> {
    try {
      if (isSessionId(id)) return await this.ofSession(await this.session(id, signal), signal)
      const intent = await this.#requests.send(signal, (client, options) => client.paymentIntents.retrieve(id, withRefunds, options))
      return await this.ofIntent(await this.#overIfFailed(intent, signal), signal)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  session(id: string, signal: AbortSignal): Promise<StripeSession> {
    return this.#requests.send(signal, (client, options) => client.checkout.sessions.retrieve(id, withIntent, options))
  }

  /** A PaymentIntent with its charge expanded, as a payment. */
  async ofIntent(intent: StripeIntent, signal: AbortSignal): Promise<ProviderPayment> {
    const session = isHosted(intent.metadata) ? await this.#sessionOf(intent.id, signal) : undefined
    const refundedMinor = await this.#refundedMinor(intent, signal)
    return session === undefined ? paymentOfIntent(intent, refundedMinor) : paymentOfSession({ ...session, payment_intent: intent }, refundedMinor)
  }

  /** A Checkout Session with its PaymentIntent expanded, as a payment. */
  async ofSession(session: StripeSession, signal: AbortSignal): Promise<ProviderPayment> {
    const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
    return paymentOfSession(session, intent === null ? 0 : await this.#refundedMinor(intent, signal))
  }

  /** The PaymentIntent behind a payment; null for a hosted page that nobody has paid on. */
  async intentIdOf(providerPaymentId: string, signal: AbortSignal): Promise<string | null> {
    return isSessionId(providerPaymentId) ? idOf((await this.session(providerPaymentId, signal)).payment_intent) : providerPaymentId
  }

  /** The id that core knows the payment of this PaymentIntent by. */
  async providerPaymentIdOf(intent: string | StripeIntent | null, signal: AbortSignal): Promise<string> {
    const hosted = intent !== null && typeof intent === 'object' && isHosted(intent.metadata) ? await this.#sessionOf(intent.id, signal) : undefined
    return hosted?.id ?? idOf(intent) ?? ''
  }

  /**
   * Every payment with our id in its metadata, oldest first. Stripe's search finds what is older than a minute or so; what is younger, and all where the account has
   * no search, is read from the lists, which are never late.
   *
   * @param createdFrom - when our payment was made.
   */
  async findByOurId(paymentId: PaymentId, createdFrom: Date | undefined, signal: AbortSignal): Promise<readonly ProviderPayment[]> {
    const nowMs = this.#settings.now().getTime()
    const madeMs = createdFrom === undefined ? nowMs - lookBackMs : createdFrom.getTime() - clockSkewMs
    const searched = await this.#search(paymentId, signal)
    const intents = searched?.length
      ? searched
      : searched === undefined
        ? await this.#scan(paymentId, madeMs, signal)
        : await this.#young(paymentId, Math.max(madeMs, nowMs - searchLagMs), signal)
    const payments: ProviderPayment[] = []
    for (const intent of intents) payments.push(await this.ofIntent(await this.#overIfFailed(intent, signal), signal))
    const sessions = payments.length === 0 && this.#settings.hosted !== undefined ? await this.#scanSessions(paymentId, madeMs, signal) : []
    for (const session of sessions) payments.push(await this.ofSession(session, signal))
    return payments.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
  }

  /** One page of all payments, oldest first. */
  async list(
    params: { readonly createdFrom?: Date; readonly after?: string; readonly limit: number },
    signal: AbortSignal,
  ): Promise<ForwardPage<ProviderPayment>> {
    const list = (page: ListParams) =>
      this.#requests.send(signal, (client, options) => client.paymentIntents.list({ ...page, expand: ['data.latest_charge.refunds'] }, options))
    const { items, next } = await pageForward(list, params)
    const payments: ProviderPayment[] = []
    for (const intent of items) payments.push(await this.ofIntent(intent, signal))
    return { items: payments, next }
  }

  /** Every refund of a PaymentIntent, oldest first. */
  async refundsOf(intentId: string, signal: AbortSignal): Promise<readonly StripeRefund[]> {
    const list = (page: ListParams) => this.#requests.send(signal, (client, options) => client.refunds.list({ ...page, payment_intent: intentId }, options))
    const refunds: StripeRefund[] = []
    for await (const refund of everything(list)) refunds.push(refund)
    return refunds.reverse()
  }

  /** Cancels a PaymentIntent whose card has failed. Under no key of ours: repeating it is harmless, and a refusal of today must not be repeated tomorrow. */
  callOff(intentId: string, signal: AbortSignal): Promise<StripeIntent> {
    return this.#requests.send(signal, (client, options) => client.paymentIntents.cancel(intentId, withCharge, options))
  }

  /**
   * A payment for one card that has failed, in 3-D Secure or days later, is called off when it is seen: the buyer's browser may hold its client secret, and the shop
   * offers another payment only for one that is dead. Where that fails, it is shown alive, as it is.
   */
  async #overIfFailed(intent: StripeIntent, signal: AbortSignal): Promise<StripeIntent> {
    const failed = isForOneCard(intent.metadata) && intent.status === 'requires_payment_method' && intent.last_payment_error !== null
    if (!failed) return intent
    try {
      return await this.callOff(intent.id, signal)
    } catch {
      return this.#requests.send(signal, (client, options) => client.paymentIntents.retrieve(intent.id, withRefunds, options))
    }
  }

  /** Of succeeded refunds only, which the charge's own figure does not tell apart: they are asked for only where there are any that did not come with it. */
  async #refundedMinor({ id, latest_charge: charge }: StripeIntent, signal: AbortSignal): Promise<number> {
    if (charge === null || (typeof charge === 'object' && charge.amount_refunded === 0)) return 0
    const came = typeof charge === 'object' && charge.refunds?.has_more === false ? charge.refunds.data : undefined
    const refunds = came ?? (await this.refundsOf(id, signal))
    return refunds.filter(({ status }) => status === 'succeeded').reduce((sum, { amount, currency }) => sum + fromStripe(amount, currency).amountMinor, 0)
  }

  async #sessionOf(intentId: string, signal: AbortSignal): Promise<StripeSession | undefined> {
    const page = await this.#requests.send(signal, (client, options) => client.checkout.sessions.list({ payment_intent: intentId, limit: 1 }, options))
    return page.data[0]
  }

  /** Undefined where the account has no search. */
  async #search(paymentId: PaymentId, signal: AbortSignal): Promise<readonly StripeIntent[] | undefined> {
    const query = `metadata["${metadataKeys.payment}"]:"${paymentId}"`
    try {
      const found = await this.#requests.send(signal, (client, options) =>
        client.paymentIntents.search({ query, limit: 100, expand: ['data.latest_charge.refunds'] }, options),
      )
      return found.data
    } catch (error) {
      const fields = stripeErrorOf(error)
      if (fields !== undefined && verdictOf(fields) === 'rejected') return undefined
      throw error
    }
  }

  /** Those that the search may not know yet. */
  async #young(paymentId: PaymentId, fromMs: number, signal: AbortSignal): Promise<readonly StripeIntent[]> {
    const list = (page: ListParams) => this.#requests.send(signal, (client, options) => client.paymentIntents.list(page, options))
    const found: StripeIntent[] = []
    for (const id of await this.#recent.idsOf(paymentId, fromMs, list))
      found.push(await this.#requests.send(signal, (client, options) => client.paymentIntents.retrieve(id, withRefunds, options)))
    return found
  }

  /** Reads all since then, where there is no search: too much to be remembered. */
  async #scan(paymentId: PaymentId, fromMs: number, signal: AbortSignal): Promise<readonly StripeIntent[]> {
    const list = (page: ListParams) =>
      this.#requests.send(signal, (client, options) => client.paymentIntents.list({ ...page, expand: ['data.latest_charge.refunds'] }, options))
    const found: StripeIntent[] = []
    for await (const intent of everything(list, { gte: Math.floor(fromMs / 1000) })) if (paymentIdIn(intent.metadata) === paymentId) found.push(intent)
    return found
  }

  /** Sessions cannot be searched for; one key makes one of them, so the first found is the one. */
  async #scanSessions(paymentId: PaymentId, fromMs: number, signal: AbortSignal): Promise<readonly StripeSession[]> {
    const list = (page: ListParams) =>
      this.#requests.send(signal, (client, options) =>
        client.checkout.sessions.list({ ...page, expand: ['data.payment_intent.latest_charge.refunds'] }, options),
      )
    for await (const session of everything(list, { gte: Math.floor(fromMs / 1000) })) if (paymentIdIn(session.metadata) === paymentId) return [session]
    return []
  }
}
