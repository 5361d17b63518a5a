import type { PaymentProvider } from '@cartwright/core/ports'
import { fakePayments } from '@cartwright/testing'
import { expect, test } from 'vitest'
import { expectSound, placeWith, quotedCart, testShop } from '../test-shop.ts'

test('a checkout whose earlier payment turns out to be under way is refused, retryably, and harms neither', async () => {
  const bank = fakePayments()
  const refuses: PaymentProvider['void'] = async (params) => {
    const payment = await bank.getPayment(params)
    return { outcome: 'rejected', decline: { code: 'busy', buyerMessage: '' }, value: payment === undefined ? null : { ...payment, status: 'processing' } }
  }
  const provider = new Proxy(bank, { get: (target, name) => (name === 'void' ? refuses : Reflect.get(target, name)) })
  const { commerce } = await testShop({ payments: [provider] })
  const cart = await quotedCart(commerce, { MUG: 1 })
  await placeWith(commerce, cart, 'card_requires_action', 'a')
  await expect(placeWith(commerce, cart, 'card_ok', 'b')).rejects.toMatchObject({ code: 'CHECKOUT_IN_PROGRESS', retryable: true })
  await expectSound(commerce)
})
