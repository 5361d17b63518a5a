import { missing } from '../http/stripe-refusal.ts'
import type { CheckoutSession, LineItem, SessionIntentData } from './checkout-session.ts'
import { DatedList } from './dated-list.ts'
import type { Identifiers } from './identifiers.ts'
import { SearchIndex } from './search-index.ts'
import type { BalanceTransaction, Charge, Customer, Dispute, KeptMethod, PaymentIntent, Refund, SetupIntent, StripeEvent } from './stripe-objects.ts'

export interface StripeBooksOptions {
  readonly identifiers: Identifiers
  readonly nowMs: () => number
  readonly livemode: boolean
  readonly apiVersion: string
  readonly account: string
  /** Told of every event, at once. */
  readonly onEvent: (event: StripeEvent) => void
}

type Deleted = { readonly id: string; readonly object: string; readonly deleted: true }

/** Everything that the pretended Stripe knows, in memory. Objects are changed in place; events keep copies. */
export class StripeBooks {
  readonly intents = new DatedList<PaymentIntent>()
  readonly charges = new Map<string, Charge>()
  readonly refunds = new Map<string, Refund>()
  /** By the intent whose money they return, oldest first. */
  readonly refundsByIntent = new Map<string, Refund[]>()
  readonly methods = new Map<string, KeptMethod>()
  readonly customers = new Map<string, Customer>()
  readonly deletedCustomers = new Map<string, Deleted>()
  readonly setupIntents = new Map<string, SetupIntent>()
  readonly sessions = new Map<string, CheckoutSession>()
  /** What sessions sell, and what their intents will be made of. */
  readonly lineItems = new Map<string, readonly LineItem[]>()
  readonly sessionIntents = new Map<string, SessionIntentData>()
  readonly disputes = new Map<string, Dispute>()
  readonly balanceTransactions = new Map<string, BalanceTransaction>()
  readonly events = new DatedList<StripeEvent>()
  readonly searchIndex = new SearchIndex()
  /** What refunds of an intent do, where a test has said so. */
  readonly refundsWait = new Map<string, 'pending' | 'requires_action'>()
  readonly identifiers: Identifiers
  readonly livemode: boolean
  readonly account: string
  /** The request that is being carried out, which events name. */
  request: StripeEvent['request'] = { id: null, idempotency_key: null }
  readonly #options: StripeBooksOptions

  constructor(options: StripeBooksOptions) {
    this.#options = options
    this.identifiers = options.identifiers
    this.livemode = options.livemode
    this.account = options.account
  }

  nowMs(): number {
    return this.#options.nowMs()
  }

  /** The present, in whole seconds, as Stripe counts. */
  seconds(): number {
    return Math.floor(this.nowMs() / 1000)
  }

  /** Records that something happened, with a copy of the object as it is now. */
  record(type: string, object: unknown, previousAttributes?: unknown): StripeEvent {
    const event: StripeEvent = {
      id: this.identifiers.next('evt'),
      object: 'event',
      api_version: this.#options.apiVersion,
      created: this.events.nextTime(this.seconds()),
      data: { object: structuredClone(object), ...(previousAttributes === undefined ? {} : { previous_attributes: previousAttributes }) },
      livemode: this.livemode,
      pending_webhooks: 0,
      request: this.request,
      type,
    }
    this.events.add(event)
    this.#options.onEvent(event)
    return event
  }

  /** Keeps the present state of an intent for the search index. Called after every change of one. */
  touch(intent: PaymentIntent): void {
    this.searchIndex.note(this.nowMs(), intent)
  }

  /** Books a change of an intent and tells of it. */
  changed(intent: PaymentIntent, type: string): void {
    this.touch(intent)
    this.record(type, intent)
  }

  /** @throws StripeRefusal `resource_missing` */
  intent(id: string, param = 'intent', status: 400 | 404 = 404): PaymentIntent {
    return found(this.intents.get(id), 'payment_intent', id, param, status)
  }

  /** @throws StripeRefusal `resource_missing` */
  charge(id: string, param = 'id', status: 400 | 404 = 404): Charge {
    return found(this.charges.get(id), 'charge', id, param, status)
  }

  /** @throws StripeRefusal `resource_missing` */
  refund(id: string): Refund {
    return found(this.refunds.get(id), 'refund', id, 'id', 404)
  }

  /** @throws StripeRefusal `resource_missing` */
  customer(id: string, param = 'customer', status: 400 | 404 = 404): Customer {
    return found(this.customers.get(id), 'customer', id, param, status)
  }

  /** @throws StripeRefusal `resource_missing` */
  method(id: string, param = 'payment_method', status: 400 | 404 = 404): KeptMethod {
    return found(this.methods.get(id), 'payment_method', id, param, status)
  }

  /** @throws StripeRefusal `resource_missing` */
  setupIntent(id: string): SetupIntent {
    return found(this.setupIntents.get(id), 'setup_intent', id, 'intent', 404)
  }

  /** @throws StripeRefusal `resource_missing` */
  session(id: string): CheckoutSession {
    return found(this.sessions.get(id), 'checkout.session', id, 'session', 404)
  }

  /** @throws StripeRefusal `resource_missing` */
  dispute(id: string): Dispute {
    return found(this.disputes.get(id), 'dispute', id, 'dispute', 404)
  }

  /** The latest charge of an intent that has one. */
  latestCharge(intent: PaymentIntent): Charge {
    return this.charge(intent.latest_charge ?? '', 'charge')
  }

  /** Any object by its id, for expansions; undefined when there is none. */
  find(id: string): unknown {
    return (
      this.intents.get(id) ??
      this.charges.get(id) ??
      this.refunds.get(id) ??
      this.methods.get(id)?.method ??
      this.customers.get(id) ??
      this.deletedCustomers.get(id) ??
      this.setupIntents.get(id) ??
      this.sessions.get(id) ??
      this.disputes.get(id) ??
      this.balanceTransactions.get(id)
    )
  }

  addRefund(refund: Refund): void {
    this.refunds.set(refund.id, refund)
    const others = this.refundsByIntent.get(refund.payment_intent)
    if (others === undefined) this.refundsByIntent.set(refund.payment_intent, [refund])
    else others.push(refund)
  }

  /** Refunds of one charge, oldest first. */
  refundsOf({ id, payment_intent: intentId }: Pick<Charge, 'id' | 'payment_intent'>): readonly Refund[] {
    return (this.refundsByIntent.get(intentId) ?? []).filter(({ charge }) => charge === id)
  }
}

function found<T>(object: T | undefined, kind: string, id: string, param: string, status: 400 | 404): T {
  if (object === undefined) throw missing(kind, id, param, status)
  return object
}
