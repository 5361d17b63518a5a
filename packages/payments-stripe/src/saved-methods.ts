import type { CustomerId, ProviderChange, StartPaymentParams } from '@cartwright/core/ports'
import { declineOf, refusal } from './declines.ts'
import { isMissing } from './failures.ts'
import { metadataKeys } from './metadata.ts'
import { searchLagMs } from './payment-lookup.ts'
import type { PaymentMethodChoice } from './payment-method.ts'
import { rejected } from './refused.ts'
import type { StripeCustomer, StripePaymentMethod } from './stripe-objects.ts'
import type { StripeSettings } from './stripe-options.ts'
import { everything, type ListParams } from './stripe-pages.ts'
import type { StripeRequests } from './stripe-requests.ts'

/** A card or account that a customer has kept. */
export interface SavedMethod {
  /** `pm_…`: pay with `saved:pm_…`. */
  readonly id: string
  /** `card`, `sepa_debit`, … */
  readonly type: string
  readonly card: { readonly brand: string; readonly last4: string; readonly expiryMonth: number; readonly expiryYear: number } | null
}

interface OfCustomer {
  readonly customerId: CustomerId
  readonly signal?: AbortSignal
}

/**
 * The cards that customers keep at Stripe. Nothing of it is stored here: a Stripe customer carries our customer's id in its metadata, and a kept card is only ever used
 * for, shown to and removed by the customer it belongs to.
 */
export class SavedMethods {
  readonly #requests: StripeRequests
  readonly #settings: StripeSettings

  constructor(requests: StripeRequests, settings: StripeSettings) {
    this.#requests = requests
    this.#settings = settings
  }

  /** Every kept method, newest first. @throws PROVIDER_UNAVAILABLE */
  list({ customerId, signal = unhurried() }: OfCustomer): Promise<readonly SavedMethod[]> {
    return this.#requests.lookUp(async () => {
      const customer = await this.#find(customerId, signal)
      if (customer === undefined) return []
      const list = (page: ListParams) => this.#requests.send(signal, (client, options) => client.paymentMethods.list({ ...page, customer }, options))
      const kept: SavedMethod[] = []
      for await (const method of everything(list)) kept.push(savedMethodOf(method))
      return kept
    })
  }

  /** Removes a kept method. @returns false when this customer has none such. @throws PROVIDER_UNAVAILABLE */
  forget({ customerId, methodId, signal = unhurried() }: OfCustomer & { readonly methodId: string }): Promise<boolean> {
    return this.#requests.lookUp(async () => {
      if ((await this.#ownerOf(methodId, customerId, signal)) === undefined) return false
      await this.#requests.send(signal, (client, options) => client.paymentMethods.detach(methodId, {}, options))
      return true
    })
  }

  /**
   * Begins to keep a method without paying: Stripe's Payment Element goes on with the client secret.
   *
   * @throws PROVIDER_UNAVAILABLE
   */
  add({
    customerId,
    idempotencyKey,
    signal = unhurried(),
  }: OfCustomer & { readonly idempotencyKey: string }): Promise<{ readonly clientSecret: string | null }> {
    return this.#requests.lookUp(async () => {
      const customer = await this.#findOrMake(customerId, signal)
      const params = { customer, usage: 'off_session', automatic_payment_methods: { enabled: true } }
      const made = await this.#requests.send(signal, (client, options) => client.setupIntents.create(params, options), idempotencyKey)
      return { clientSecret: made.client_secret }
    })
  }

  /** The Stripe customer that a payment is made for: null where the method needs none; rejected where it is not this customer's. */
  async payer(choice: PaymentMethodChoice, { customerId, signal }: Pick<StartPaymentParams, 'customerId' | 'signal'>): Promise<ProviderChange<string | null>> {
    if (choice.flow !== 'saved' && !choice.save) return { outcome: 'accepted', value: null }
    if (customerId === undefined || customerId === null) return rejected(refusal('customer_required'))
    const found = await this.#requests.change(
      async () => (choice.flow === 'saved' ? ((await this.#ownerOf(choice.token ?? '', customerId, signal)) ?? null) : this.#findOrMake(customerId, signal)),
      async (error) => rejected<string | null>(declineOf(error)),
    )
    return found.outcome === 'accepted' && found.value === null ? rejected(refusal('saved_method_not_found')) : found
  }

  /** The Stripe customer who keeps this method, if it is the one of our customer. */
  async #ownerOf(methodId: string, customerId: CustomerId, signal: AbortSignal): Promise<string | undefined> {
    try {
      const method = await this.#requests.send(signal, (client, options) => client.paymentMethods.retrieve(methodId, { expand: ['customer'] }, options))
      const owner = typeof method.customer === 'object' ? method.customer : null
      if (owner === null) return undefined
      const ours = owner.metadata?.[metadataKeys.customer] === customerId || (await this.#settings.customerOf?.(customerId)) === owner.id
      return ours ? owner.id : undefined
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async #find(customerId: CustomerId, signal: AbortSignal): Promise<string | undefined> {
    const known = await this.#settings.customerOf?.(customerId)
    if (known !== undefined) return known
    const query = `metadata["${metadataKeys.customer}"]:"${customerId}"`
    const { data } = await this.#requests.send(signal, (client, options) => client.customers.search({ query, limit: 100 }, options))
    return oldestOf(data)?.id ?? this.#scan(customerId, signal)
  }

  /** A customer so young that the search does not find it yet. */
  async #scan(customerId: CustomerId, signal: AbortSignal): Promise<string | undefined> {
    const list = (page: ListParams) => this.#requests.send(signal, (client, options) => client.customers.list(page, options))
    const since = Math.floor((this.#settings.now().getTime() - searchLagMs) / 1000)
    const young: StripeCustomer[] = []
    for await (const one of everything(list, { gte: since })) if (one.metadata?.[metadataKeys.customer] === customerId) young.push(one)
    return oldestOf(young)?.id
  }

  /** Two processes that find none at the same time make one: the key is the customer's. */
  async #findOrMake(customerId: CustomerId, signal: AbortSignal): Promise<string> {
    const found = await this.#find(customerId, signal)
    if (found !== undefined) return found
    const params = { metadata: { [metadataKeys.customer]: customerId } }
    return (await this.#requests.send(signal, (client, options) => client.customers.create(params, options), `customer:${customerId}`)).id
  }
}

/** The first of several is the one, for all who look. */
function oldestOf(customers: readonly StripeCustomer[]): StripeCustomer | undefined {
  return customers.toSorted((a, b) => a.created - b.created)[0]
}

function savedMethodOf({ id, type, card }: StripePaymentMethod): SavedMethod {
  return {
    id,
    type,
    card: card === undefined ? null : { brand: card.brand, last4: card.last4, expiryMonth: card.exp_month, expiryYear: card.exp_year },
  }
}

/** For callers who set no deadline: the timeout of each request is one. */
function unhurried(): AbortSignal {
  return new AbortController().signal
}
