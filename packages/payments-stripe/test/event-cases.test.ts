import { describe, expect, it } from 'vitest'
import { expectSound, hearEvent, openShop, order, orderAt, type StripeShop, staff, stateOf } from './open-shop.ts'

const day = 24 * 3_600_000
const threeDSecure = 'pm_card_threeDSecure2Required'

/** An order whose buyer has passed 3-D Secure, of which the shop has not heard, and the events of its payment. */
async function passedOrder(shop: StripeShop) {
  const before = shop.stripe.events().length
  const { placed, providerPaymentId } = await orderAt(shop.commerce, threeDSecure)
  shop.stripe.completeAction(providerPaymentId, 'succeed')
  return { id: placed.order.id, providerPaymentId, events: shop.stripe.events().slice(before) }
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  return items.length < 2 ? [[...items]] : items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

describe('C1: events that come again', () => {
  it('ten times, and as twins under other ids, are booked once', async () => {
    const shop = await openShop()
    const { id, events } = await passedOrder(shop)
    for (let time = 0; time < 10; time += 1) {
      for (const event of events.toReversed()) await hearEvent(shop, event)
      await shop.commerce.worker.runOnce({ jobs: ['inbox'] })
    }
    for (const event of events) await hearEvent(shop, { ...event, id: `${event.id}twin` })
    await shop.commerce.worker.runOnce()
    expect(await stateOf(shop.commerce, id)).toBe('confirmed, paid')
    expect((await shop.commerce.orders.history({ actor: staff, orderId: id })).filter(({ change }) => change === 'confirmed')).toHaveLength(1)
    const { items } = await shop.commerce.payments.webhooks({ actor: staff, limit: 100 })
    expect(items).toHaveLength(2 * events.length)
    expect(items.filter(({ state }) => state === 'received' || state === 'parked')).toEqual([])
    await expectSound(shop.commerce)
  })
})

describe('C2: the events of a payment', () => {
  it('come to the same in every order', async () => {
    const shop = await openShop()
    await shop.commerce.inventory.adjust({ sku: 'MUG', to: 100, reason: 'counted' })
    const tellsOfMoney = ({ type }: { readonly type: string }) => type.startsWith('payment_intent.') || type === 'charge.succeeded'
    const first = (await passedOrder(shop)).events.filter(tellsOfMoney)
    expect(first.length).toBeGreaterThanOrEqual(3)
    for (const places of permutations([...first.keys()].slice(-4))) {
      const { id, events } = await passedOrder(shop)
      const telling = events.filter(tellsOfMoney)
      for (const place of places) {
        await hearEvent(shop, telling[place] ?? {})
        await shop.commerce.worker.runOnce({ jobs: ['inbox'] })
      }
      expect(await stateOf(shop.commerce, id)).toBe('confirmed, paid')
    }
    await shop.hear()
    await expectSound(shop.commerce)
  })
})

describe('C3: a webhook that is faster than the answer', () => {
  it('confirms the order once, and the answer finds it so', async () => {
    let onStarted = async () => {}
    const probe = async (step: string) => {
      if (step === 'payment.started') await onStarted()
    }
    const shop = await openShop({ shop: { probe } })
    onStarted = shop.hear
    const placed = await order(shop.commerce, 'pm_card_visa')
    expect(placed.outcome).toBe('confirmed')
    const history = await shop.commerce.orders.history({ actor: staff, orderId: placed.order.id })
    expect(history.filter(({ change }) => change === 'confirmed')).toMatchObject([{ actor: { type: 'system' } }])
    await expectSound(shop.commerce)
  })
})

describe('C7: a signed webhook', () => {
  it('of the other mode is refused', async () => {
    const shop = await openShop()
    const { id, events } = await passedOrder(shop)
    for (const event of events) await expect(hearEvent(shop, { ...event, livemode: true })).rejects.toMatchObject({ code: 'WEBHOOK_FOREIGN' })
    await shop.commerce.worker.runOnce({ jobs: ['inbox'] })
    expect(await stateOf(shop.commerce, id)).toBe('pending, pending')
  })

  it('that says other amounts is not believed: Stripe is asked', async () => {
    const shop = await openShop()
    const { placed, providerPaymentId } = await orderAt(shop.commerce, threeDSecure)
    const [told] = shop.stripe.events().filter(({ type }) => type.startsWith('payment_intent.'))
    const lie = { id: providerPaymentId, object: 'payment_intent', status: 'succeeded', amount: 1, amount_received: 1, currency: 'jpy', livemode: false }
    await hearEvent(shop, { ...told, id: 'evt_lie', type: 'payment_intent.succeeded', data: { object: lie } })
    await shop.commerce.worker.runOnce({ jobs: ['inbox'] })
    expect(await stateOf(shop.commerce, placed.order.id)).toBe('pending, pending')
    await expectSound(shop.commerce)
  })
})

describe('C10: an endpoint that was down for four days', () => {
  it('what happened meanwhile is read from Stripe’s list of events', async () => {
    const shop = await openShop()
    const [refunded, disputed] = [await orderAt(shop.commerce, 'pm_card_visa'), await orderAt(shop.commerce, 'pm_card_visa')]
    await shop.commerce.worker.runOnce()
    shop.stripe.refundInDashboard(refunded.providerPaymentId, 700)
    shop.stripe.openDispute(disputed.providerPaymentId)
    shop.clock.advance(4 * day)
    await shop.commerce.worker.runOnce({ jobs: ['completer', 'inbox'] })
    expect(await stateOf(shop.commerce, refunded.placed.order.id)).toBe('confirmed, paid')
    await shop.commerce.worker.runOnce({ jobs: ['reconciler', 'inbox'] })
    expect(await stateOf(shop.commerce, refunded.placed.order.id)).toBe('confirmed, partially_refunded')
    expect(await shop.commerce.orders.get({ actor: staff, id: disputed.placed.order.id })).toMatchObject({ disputed: true })
    await expectSound(shop.commerce)
  })
})
