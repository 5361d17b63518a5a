import { postgresStorage } from '@cartwright/adapters-postgres'
import { type Commerce, createCommerce } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { expect, onTestFinished, test } from 'vitest'
import { interceptedPool } from '../../packages/adapters-postgres/test/counted-pool.ts'
import { migratedDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { address } from './tasks/buyer.ts'

const ada = { type: 'customer', customerId: 'ada' } as const
const staff = { type: 'admin', id: 'ops' } as const

async function buyWith(commerce: Commerce, code: string) {
  const { cart } = await commerce.carts.create({ actor: ada })
  await commerce.carts.addLine({ actor: ada, cartId: cart.id, sku: 'MUG', quantity: 1 })
  await commerce.carts.applyVoucher({ actor: ada, cartId: cart.id, code })
  const { total } = await commerce.checkout.quote({ actor: ada, cartId: cart.id, shippingAddress: address, shippingMethod: 'standard' })
  const payment = { provider: 'fake', method: 'card_ok' } as const
  return await commerce.checkout.place({ actor: ada, cartId: cart.id, expectedTotal: total, payment, idempotencyKey: code })
}

test('who buys with a voucher while all about them is erased has that use counted as the others are', async () => {
  const { url, drop } = await migratedDatabase()
  onTestFinished(drop)
  let meanwhile: (() => Promise<unknown>) | undefined
  const pool = interceptedPool(url, async ({ text }, send) => {
    if (/^update "?promotion_redemptions/i.test(text)) {
      const work = meanwhile
      meanwhile = undefined
      await work?.()
    }
    return await send()
  })
  onTestFinished(() => pool.end())
  const storage = postgresStorage({ pool })
  const payments = [fakePayments()]
  await using commerce = await createCommerce({ storage, currency: 'USD', payments })
  await using elsewhere = await createCommerce({ storage: postgresStorage({ url }), currency: 'USD', payments })
  const prices = [{ currency: 'USD', amountMinor: 1250 }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: 10 }] }] }] })
  for (const code of ['SPRING', 'SUMMER']) {
    const { id } = await commerce.promotions.create({
      actor: staff,
      name: code,
      effect: { type: 'percentage', basisPoints: 1_000 },
      limits: { perCustomer: 2 },
    })
    await commerce.vouchers.create({ actor: staff, promotionId: id, code })
  }
  const { order } = await buyWith(commerce, 'SPRING')
  await commerce.orders.fulfil({ actor: staff, orderId: order.id, idempotencyKey: 'sent' })

  let bought = 0
  meanwhile = async () => {
    await buyWith(elsewhere, 'SUMMER')
    bought += 1
  }
  expect(await commerce.customers.erase({ actor: staff, customerId: 'ada', force: true })).toMatchObject({ orders: 2 })
  expect(bought).toBe(1)
  expect((await commerce.audit({ graceMs: 0 })).checks.filter(({ violations }) => violations > 0)).toEqual([])
})
