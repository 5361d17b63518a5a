import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { expect, test } from 'vitest'
import { salesTax } from './sales-tax.ts'
import { weightRates } from './weight-rates.ts'

// #region shop
const openShop = () =>
  createCommerce({
    storage: sqliteStorage({ file: ':memory:' }),
    currency: 'USD',
    payments: [fakePayments()],
    shipping: weightRates('US', [
      { limitGrams: 500, amountMinor: 450 },
      { limitGrams: 2000, amountMinor: 790 },
    ]),
    tax: salesTax({ NY: 8 }),
  })
// #endregion shop

async function quoteFor(params: { readonly quantity: number; readonly country: string }) {
  await using commerce = await openShop()
  const variant = { sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: 20 }], weightGrams: 400 }
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [variant] }] })
  const actor = { type: 'customer', customerId: 'ada' } as const
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: params.quantity })
  const shippingAddress = { name: 'Ada', line1: '1 Main St', city: 'New York', region: 'NY', postalCode: '10001', country: params.country }
  return await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'parcel' })
}

test('shipping goes by weight and tax is added on lines and shipping', async () => {
  const light = await quoteFor({ quantity: 1, country: 'US' })
  expect(light).toMatchObject({ subtotalMinor: 1250, shippingMinor: 450, taxMinor: 136, total: { amountMinor: 1836 } })
  const heavy = await quoteFor({ quantity: 2, country: 'US' })
  expect(heavy).toMatchObject({ subtotalMinor: 2500, shippingMinor: 790, taxMinor: 263, total: { amountMinor: 3553 } })
})

test.each([
  { reason: 'too heavy', quantity: 6, country: 'US' },
  { reason: 'abroad', quantity: 1, country: 'DE' },
])('a cart that is $reason cannot be shipped', async ({ quantity, country }) => {
  await expect(quoteFor({ quantity, country })).rejects.toSatisfy((error) => isCommerceError(error, 'SHIPPING_UNAVAILABLE'))
})
