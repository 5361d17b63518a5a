import type { Commerce } from '@cartwright/core'
import type { PaymentId, ProviderEvent, ProviderPayment } from '@cartwright/core/ports'
import type { FakePayments } from '@cartwright/testing'
import { placeWith, quotedCart, staff, type TestShop } from './test-shop.ts'

export const webhookSecret = 'fake-webhook-secret'

/** All that the bank has told so far, oldest first. */
export function told(bank: FakePayments): readonly ProviderEvent[] {
  return bank.ledger.listEvents({ limit: 10_000 }).items
}

/** Sends events as the bank would, each signed now. */
export async function deliver({ commerce, bank, clock }: TestShop, events: readonly ProviderEvent[]) {
  const answers = []
  for (const { eventId } of events) {
    answers.push(
      await commerce.payments.handleWebhook({ provider: 'fake', ...bank.ledger.signedWebhook(eventId, { secret: webhookSecret, at: clock.date() }) }),
    )
  }
  return answers
}

/** Lets the worker act on what has come, and on nothing else. */
export async function workInbox(commerce: Commerce) {
  return (await commerce.worker.runOnce({ jobs: ['inbox'] })).inbox
}

/** Sends all that the bank has told so far and lets the worker act on it. */
export async function tellAll(shop: TestShop) {
  await deliver(shop, told(shop.bank))
  return workInbox(shop.commerce)
}

/** An order of two mugs, placed, with its payment here and at the bank. */
export async function placedOrder(shop: TestShop, method: string, capture: 'automatic' | 'manual' = 'automatic') {
  const { commerce, bank } = shop
  const cart = await quotedCart(commerce, { MUG: 2 })
  const { order } = await placeWith(commerce, cart, method, `key-${cart.cartId}`, capture)
  const [payment] = await commerce.payments.ofOrder({ actor: staff, orderId: order.id })
  if (payment === undefined) throw new Error('the order has no payment')
  const theirs = (): ProviderPayment | undefined => bank.ledger.findByOurId({ paymentId: payment.id as PaymentId })[0]
  const read = () => commerce.orders.get({ actor: staff, id: order.id })
  return { order, cart, payment, providerPaymentId: theirs()?.providerPaymentId ?? '', theirs, read }
}
