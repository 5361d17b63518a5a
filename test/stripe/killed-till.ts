import { join } from 'node:path'
import { type Commerce, createCommerce, type PurchaseStep, purchaseSteps } from '@cartwright/core'
import { manualClock } from '@cartwright/testing'
import { startProcess } from '@cartwright/testing/crash'
import { startFakeStripe } from '@cartwright/testing/stripe'
import { expect, onTestFinished } from 'vitest'
import { stripePayments } from '../../packages/payments-stripe/src/index.ts'
import { address } from '../races/tasks/buyer.ts'
import { ada, openPlace, placeCart, type TillSetup } from './till-setup.ts'

const script = join(import.meta.dirname, 'till.ts')
const execArgv = ['--conditions=cartwright-source', '--no-warnings']
const staff = { type: 'admin', id: 'ops' } as const

/** The steps between the request to Stripe and the buyer's answer. */
export const stepsAroundCharge: readonly PurchaseStep[] = ['payment.starting', 'payment.started', 'finalise.locked', 'finalise.written', 'finalise.done']

/**
 * Kills a till that charges through Stripe's own library at this step, lets the worker of another process finish, and the buyer ask again with the same key. Fails unless
 * the order is paid, and was charged once.
 */
export async function expectOneCharge(place: TillSetup['place'], step: PurchaseStep): Promise<void> {
  const stripe = await startFakeStripe({ seed: 1 })
  onTestFinished(() => stripe.close())
  const { host, port, protocol } = stripe.clientOptions()
  const settings = { apiKey: stripe.apiKey, address: { host, port, protocol } }
  const clock = manualClock(new Date())
  const commerce = await createCommerce({
    storage: await openPlace(place),
    currency: 'USD',
    payments: [stripePayments({ ...settings, now: clock.date })],
    clock,
  })
  onTestFinished(() => commerce.close())
  const cart = await readyCart(commerce)

  const till = startProcess({ script, setup: { place, stripe: settings, ...cart } satisfies TillSetup, killAtStep: purchaseSteps.indexOf(step) + 1, execArgv })
  await till.ready
  till.go()
  expect(await till.end).toBe('killed')
  expect(stripe.totals().byCurrency.usd?.captured ?? 0).toBe(step === 'payment.starting' ? 0 : 2500)

  clock.advance(2 * 60_000)
  await commerce.worker.runOnce()
  expect(await placeCart(commerce, cart)).toMatchObject({ outcome: 'confirmed', order: { paymentStatus: 'paid' } })
  expect((await commerce.orders.list({ actor: staff })).items).toHaveLength(1)
  expect(stripe.totals().byCurrency.usd).toMatchObject({ captured: 2500, refunded: 0 })
  const { checks } = await commerce.audit({ providers: true, graceMs: 0 })
  expect(checks.filter(({ violations }) => violations > 0)).toEqual([])
}

async function readyCart(commerce: Commerce): Promise<Pick<TillSetup, 'cartId' | 'totalMinor'>> {
  const { rejected } = await commerce.catalog.upsertMany({
    products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 10 }] }] }],
  })
  expect(rejected).toEqual([])
  const { cart } = await commerce.carts.create({ actor: ada })
  await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 2 })
  const { total } = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  return { cartId: cart.id, totalMinor: total.amountMinor }
}
