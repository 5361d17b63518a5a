import { redisAdmission, redisCarts, redisConnection } from '@cartwright/adapters-redis'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, isCommerceError } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { expect, onTestFinished, test } from 'vitest'
import { address, customer } from '../races/tasks/buyer.ts'
import { movableAddress } from '../servers/movable-address.ts'
import { ownRedis } from '../servers/own-redis.ts'

const units = 12

/** A shop whose carts and counts are in a Redis that can fail over to a copy that lags behind. */
async function openShop() {
  const own = await ownRedis()
  onTestFinished(() => own.remove())
  const way = await movableAddress(own.url)
  onTestFinished(() => way.close())
  const redis = redisConnection({ url: way.urlOf(own.url), timeoutMs: 5_000 })
  onTestFinished(() => redis.close())
  const commerce = await createCommerce({
    storage: sqliteStorage({ file: ':memory:' }),
    currency: 'USD',
    payments: [fakePayments()],
    carts: redisCarts({ redis, copyEveryMs: null }),
    inventory: { admission: { gate: redisAdmission({ redis }), skus: ['MUG'], maxAgeMs: 1 } },
  })
  onTestFinished(() => commerce.close())
  const variants = [{ sku: 'MUG', prices: [{ currency: 'USD', amountMinor: 1250 }], stock: [{ quantity: units }] }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants }] })
  return {
    commerce,
    copyCarts: () => commerce.worker.runOnce({ jobs: ['carts'] }),
    /** From here on the copy hears of nothing more. It has all that came before. */
    leaveBehind: async () => {
      expect(await redis.call('wait', [1, 5_000])).toBe(1)
      await own.detachReplica()
    },
    failOver: async () => {
      way.moveTo(own.replicaUrl)
      await expect.poll(() => redis.call('ping', []).catch(() => 'away'), { timeout: 20_000 }).toBe('PONG')
    },
  }
}

async function makeCart({ carts }: Commerce, name: string) {
  const actor = customer(name)
  const { cart } = await carts.create({ actor })
  const of = { actor, cartId: cart.id }
  await carts.addLine({ ...of, sku: 'MUG', quantity: 1 })
  return of
}

type Owned = Awaited<ReturnType<typeof makeCart>>

/** @returns the units that were sold, 0 when there were too few */
async function buy({ checkout }: Commerce, cart: Owned): Promise<number> {
  try {
    const { total } = await checkout.quote({ ...cart, shippingAddress: address, shippingMethod: 'standard' })
    const payment = { provider: 'fake', method: 'card_ok' }
    const { outcome, order } = await checkout.place({ ...cart, expectedTotal: total, payment, idempotencyKey: crypto.randomUUID() })
    expect(outcome).toBe('confirmed')
    return order.lines.reduce((sum, { quantity }) => sum + quantity, 0)
  } catch (error) {
    if (isCommerceError(error, 'OUT_OF_STOCK') || isCommerceError(error, 'CART_PROBLEMS')) return 0
    throw error
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('D2: Redis fails over to a copy that lags behind, in the middle of a sale: each buyer gets a cart that was theirs, and exactly what there is is sold', async () => {
  const { commerce, copyCarts, leaveBehind, failOver } = await openShop()
  const { carts } = commerce
  const buyers = await Promise.all(Array.from({ length: units }, (_, index) => makeCart(commerce, `buyer ${index}`)))
  const [copied, lost] = [buyers.slice(0, 6), buyers.slice(6)]
  const early = [await makeCart(commerce, 'early'), await makeCart(commerce, 'next')] as const
  await copyCarts()
  expect(await buy(commerce, early[0])).toBe(1)
  await leaveBehind()
  // What the copy counts as left is one too many from here on, and it has the carts as they were.
  expect(await buy(commerce, early[1])).toBe(1)
  for (const cart of copied) await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })
  await copyCarts()
  for (const cart of lost) await carts.addLine({ ...cart, sku: 'MUG', quantity: 1 })
  await failOver()

  const seen = await Promise.all(buyers.map((cart) => carts.get(cart)))
  // What had been copied overrules the copy in Redis; what had not is gone, as if it had not been.
  expect(seen.map(({ lines }) => lines[0]?.quantity)).toEqual([...copied.map(() => 2), ...lost.map(() => 1)])
  expect(seen.map(({ staleSince }) => staleSince !== null)).toEqual([...copied.map(() => true), ...lost.map(() => false)])
  await expect(carts.addLine({ ...early[1], sku: 'MUG', quantity: 1 })).rejects.toMatchObject({ code: 'CART_CLOSED' })

  const sold = await Promise.all(buyers.map((cart) => buy(commerce, cart)))
  // One who was refused while another's units were still counted out asks again.
  for (const [index, cart] of buyers.entries()) if (sold[index] === 0) sold[index] = await buy(commerce, cart)
  expect(sum(sold)).toBe(units - 2)
  const audit = await commerce.audit({ providers: true, graceMs: 0 })
  expect(audit.checks.filter(({ violations }) => violations > 0)).toEqual([])
})
