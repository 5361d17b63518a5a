import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, type CommerceOptions, createCommerce } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'
import { stripeSignature } from '@cartwright/testing/stripe'
import { expect } from 'vitest'
import type { StripePaymentsOptions } from '../src/index.ts'
import { type OpenedStripe, openStripe } from './open-stripe.ts'

export const ada = { type: 'customer', customerId: 'ada' } as const
export const staff = { type: 'admin', id: 'sam' } as const
export const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

let openStorage = async (): Promise<Storage> => sqliteStorage({ file: ':memory:' })

/** For the setup of a test run that plays the same tests on another database; whoever opens storages there also closes them. */
export function keepStripeShopsIn(another: () => Promise<Storage>): void {
  openStorage = another
}

export interface StripeShop extends OpenedStripe {
  readonly commerce: Commerce
  /** Hears every event since the last time, newest first, as Stripe may send them; then lets the worker act. Time stands still: nothing else makes it look. */
  readonly hear: () => Promise<void>
}

const hosted = { successUrl: () => 'https://shop.example/thanks', cancelUrl: () => 'https://shop.example/cart' }

interface ShopOptions {
  /** @default USD */
  readonly currency?: string
  /** Of a mug, in minor units. @default 1250 */
  readonly priceMinor?: number
  /** How the provider differs from the usual. */
  readonly stripe?: (opened: OpenedStripe) => Partial<StripePaymentsOptions>
  readonly shop?: Partial<CommerceOptions>
}

/** A shop that sells mugs, in memory where the run says nothing else, and takes money by a Stripe of its own. */
export async function openShop({ currency = 'USD', priceMinor = 1250, stripe, shop }: ShopOptions = {}): Promise<StripeShop> {
  const opened = await openStripe()
  const payments = [opened.another({ hosted, ...stripe?.(opened) })]
  const commerce = await createCommerce({ storage: await openStorage(), currency, payments, clock: opened.clock, ...shop })
  const { rejected } = await commerce.catalog.upsertMany({
    products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency, amountMinor: priceMinor }], stock: [{ quantity: 10 }] }] }],
  })
  expect(rejected).toEqual([])
  let heard = 0
  const hear = async () => {
    const news = opened.stripe.events().slice(heard).toReversed()
    heard = opened.stripe.events().length
    for (const event of news) await hearEvent({ ...opened, commerce }, event)
    await commerce.worker.runOnce()
  }
  return { ...opened, commerce, hear }
}

/** Sends one event to the shop, signed now. */
export async function hearEvent({ commerce, stripe, clock }: OpenedStripe & { readonly commerce: Commerce }, event: object): Promise<void> {
  const body = JSON.stringify(event)
  const headers = { 'stripe-signature': stripeSignature(body, clock.date().getTime() / 1000, [stripe.webhookSecret]) }
  await commerce.payments.handleWebhook({ provider: 'stripe', rawBody: body, headers })
}

/** Ada orders two mugs, paying by this method. */
export async function order(commerce: Commerce, method: string, capture: 'automatic' | 'manual' = 'automatic') {
  const { cart } = await commerce.carts.create({ actor: ada })
  await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 2 })
  const quote = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const payment = { provider: 'stripe', method, capture }
  return commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: quote.total, payment, idempotencyKey: `place ${cart.id}` })
}

/** Ada orders two mugs. @returns also the id of the payment at Stripe; empty before Stripe has answered */
export async function orderAt(commerce: Commerce, method: string, capture: 'automatic' | 'manual' = 'automatic') {
  const placed = await order(commerce, method, capture)
  const [made] = await commerce.payments.ofOrder({ actor: staff, orderId: placed.order.id })
  return { placed, providerPaymentId: made?.providerPaymentId ?? '' }
}

/** The order's status, and that of its money. */
export async function stateOf(commerce: Commerce, id: string): Promise<string> {
  const { status, paymentStatus } = await commerce.orders.get({ actor: staff, id })
  return `${status}, ${paymentStatus}`
}

/** Fails unless every invariant holds and the shop's money is Stripe's. */
export async function expectSound(commerce: Commerce): Promise<void> {
  const { checks } = await commerce.audit({ providers: true, graceMs: 0 })
  expect(checks.filter(({ violations }) => violations > 0)).toEqual([])
}
