import { isCommerceError, type Placed } from '@cartwright/core'
import { bankName, wholePurchase } from '../load-spec.ts'
import { UnexpectedAnswer } from '../visit-steps.ts'
import type { Stage, Visit } from './scenario.ts'

interface PurchaseLine {
  readonly sku: string
  readonly quantity: number
}

const shippingAddress = { name: 'Lou Tester', line1: '12 Measure Street', city: 'Springfield', region: 'NY', postalCode: '12345', country: 'US' }

/** Fills a cart, asks what it costs, places the order and pays, and keeps count of what was bought or not to be had. */
export function buyer({ commerce, spec, sales }: Stage): (visit: Visit, lines: readonly PurchaseLine[]) => Promise<void> {
  const { carts, checkout } = commerce
  let shippingMethod = 'standard'
  const quoteFor = async (request: { actor: CustomerActor; cartId: string }) => {
    try {
      return await checkout.quote({ ...request, shippingAddress, shippingMethod })
    } catch (error) {
      // A configured shop may name its methods as it likes; the first it offers will do.
      const offered = isCommerceError(error, 'SHIPPING_UNAVAILABLE') ? error.details.available[0] : undefined
      if (offered === undefined) throw error
      shippingMethod = offered
      return checkout.quote({ ...request, shippingAddress, shippingMethod })
    }
  }
  return async ({ index, steps }, lines) => {
    const actor = customer(`${customerPrefix(spec.run)}${spec.process}-${index}`)
    try {
      const { cart } = await steps.run('carts.create', () => carts.create({ actor }))
      const request = { actor, cartId: cart.id }
      for (const line of lines) await steps.run('carts.addLine', () => carts.addLine({ ...request, ...line }))
      const { total } = await steps.run('checkout.quote', () => quoteFor(request))
      const payment = { provider: bankName(spec.run), method: 'card_ok' }
      const order = { ...request, expectedTotal: total, payment, idempotencyKey: actor.customerId }
      await steps.run('checkout.place', async () => confirmed(await checkout.place(order)), ['OUT_OF_STOCK'])
    } catch (error) {
      const isShort = isCommerceError(error, 'OUT_OF_STOCK')
      sales.leftWithout(lines, isShort ? { sku: error.details.sku, quantity: error.details.requested } : null)
      throw error
    }
    sales.bought(lines)
    steps.whole(wholePurchase)
  }
}

/** What the customer ids of a run begin with. */
export function customerPrefix(run: string): string {
  return `loadtest-${run}-`
}

interface CustomerActor {
  readonly type: 'customer'
  readonly customerId: string
}

function customer(customerId: string): CustomerActor {
  return { type: 'customer', customerId }
}

function confirmed(placed: Placed): void {
  if (placed.outcome !== 'confirmed')
    throw new UnexpectedAnswer(`ORDER_${placed.outcome.toUpperCase()}`, `The good card of our bank left the order ${placed.outcome}`)
}
