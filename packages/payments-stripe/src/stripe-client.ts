import Stripe from 'stripe'
import type {
  StripeCustomer,
  StripeDispute,
  StripeEvent,
  StripeIntent,
  StripeList,
  StripePaymentMethod,
  StripeRefund,
  StripeSession,
} from './stripe-objects.ts'

/** What goes with every request. */
export interface StripeRequestOptions {
  readonly apiVersion: string
  readonly timeout: number
  readonly maxNetworkRetries: 0
  readonly idempotencyKey?: string
  readonly stripeAccount?: string
}

type Options = StripeRequestOptions

/** The members of the SDK's client that are called here: any client of the official SDK fits, of this or another major version. */
export interface StripeClient {
  readonly paymentIntents: {
    create(params: object, options: Options): Promise<StripeIntent>
    retrieve(id: string, params: object, options: Options): Promise<StripeIntent>
    capture(id: string, params: object, options: Options): Promise<StripeIntent>
    cancel(id: string, params: object, options: Options): Promise<StripeIntent>
    list(params: object, options: Options): Promise<StripeList<StripeIntent>>
    search(params: object, options: Options): Promise<{ readonly data: readonly StripeIntent[] }>
  }
  readonly checkout: {
    readonly sessions: {
      create(params: object, options: Options): Promise<StripeSession>
      retrieve(id: string, params: object, options: Options): Promise<StripeSession>
      expire(id: string, params: object, options: Options): Promise<StripeSession>
      list(params: object, options: Options): Promise<StripeList<StripeSession>>
    }
  }
  readonly refunds: {
    create(params: object, options: Options): Promise<StripeRefund>
    retrieve(id: string, params: object, options: Options): Promise<StripeRefund>
    list(params: object, options: Options): Promise<StripeList<StripeRefund>>
  }
  readonly disputes: {
    retrieve(id: string, params: object, options: Options): Promise<StripeDispute>
    list(params: object, options: Options): Promise<StripeList<StripeDispute>>
  }
  readonly events: { list(params: object, options: Options): Promise<StripeList<StripeEvent>> }
  readonly customers: {
    create(params: object, options: Options): Promise<StripeCustomer>
    list(params: object, options: Options): Promise<StripeList<StripeCustomer>>
    search(params: object, options: Options): Promise<{ readonly data: readonly StripeCustomer[] }>
  }
  readonly paymentMethods: {
    retrieve(id: string, params: object, options: Options): Promise<StripePaymentMethod>
    list(params: object, options: Options): Promise<StripeList<StripePaymentMethod>>
    detach(id: string, params: object, options: Options): Promise<StripePaymentMethod>
  }
  readonly setupIntents: { create(params: object, options: Options): Promise<{ readonly id: string; readonly client_secret: string | null }> }
}

/** The version of Stripe's API that every request asks for, whatever version the host's client is set to: the one these types were written by. */
export const apiVersion: string = Stripe.API_VERSION

/** Where requests go, for a server that plays Stripe. */
export interface StripeAddress {
  readonly host: string
  readonly port?: number | string
  readonly protocol?: 'http' | 'https'
}

/** A client of the SDK with nothing in it that core does itself: no retries, and no telemetry. */
export function buildClient(apiKey: string, address: StripeAddress | undefined): StripeClient {
  return new Stripe(apiKey, { maxNetworkRetries: 0, telemetry: false, ...address })
}
