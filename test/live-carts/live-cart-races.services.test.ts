import { liveCartSteps } from '@cartwright/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPrivateRedis, topologies } from '../../packages/adapters-redis/test/topologies.ts'
import { type Arena, openArena } from '../races/arena.ts'
import { adminAgainstBuyers } from '../races/cases/admin-cases.ts'
import { addedDuringCheckout, editedAfterPayment } from '../races/cases/cart-cases.ts'
import { oneCartManyKeys } from '../races/cases/key-cases.ts'
import { signUps } from '../races/cases/people-cases.ts'
import { openShop } from '../races/open-shop.ts'
import { shared } from '../races/race-case.ts'
import type { ShopSetup } from '../races/racer-messages.ts'
import { racerSetup } from '../races/racer-setup.ts'
import { sound } from '../races/sound.ts'
import { race, startRacer } from '../races/start-racer.ts'
import { customer, type ReadyCart } from '../races/tasks/buyer.ts'

/** A place for carts on one of the servers, emptied afterwards. */
function cartsOn(name: (typeof topologies)[number]['name']) {
  const server = topologies.find((topology) => topology.name === name)?.server
  if (server === undefined) throw new Error(`there is no ${name}`)
  const { prefix, dispose } = openPrivateRedis(server)
  onTestFinished(dispose)
  return { server, prefix }
}

describe('four processes whose carts live in Redis', () => {
  const on = (seed: number, carts = cartsOn('single')) => ({ seed, size: 'small', carts }) as const

  it('A7: a line added while the cart is placed (seed 901)', async () => {
    expect(await addedDuringCheckout(on(901))).toMatchObject(sound)
  })

  it('A8: a second tab that edits the cart after the payment exists, on a Cluster (seed 902)', async () => {
    expect(await editedAfterPayment(on(902, cartsOn('Cluster')))).toMatchObject(sound)
  })

  it('A10: one cart under 32 keys is one order, behind Sentinel (seed 903)', async () => {
    expect(await oneCartManyKeys(on(903, cartsOn('Sentinel')))).toMatchObject(sound)
  })

  it('A15: staff change quantity and price and archive, while buyers buy (seed 904)', async () => {
    expect(await adminAgainstBuyers(on(904))).toMatchObject(sound)
  })

  it('A16: one cart merged ×32 while it is filled, on a Cluster (seed 907)', async () => {
    expect(await signUps(on(907, cartsOn('Cluster')))).toMatchObject(sound)
  })
})

/** A shop for one test, whose carts are in the database unless a place is given. */
async function openedArena(seed: number, carts?: ReturnType<typeof cartsOn>): Promise<Arena> {
  const arena = await openArena({ ...shared({ seed, size: 'small', carts }), supply: { HOT: { main: 100 }, EXTRA: { main: 100 } } })
  onTestFinished(() => arena.dispose())
  return arena
}

/** Units of `EXTRA` in a customer's cart, as the buyer sees it and as the database has it. */
async function extras(shop: ShopSetup, { customerId, cartId }: ReadyCart) {
  const quantity = (lines: readonly { readonly sku: string; readonly quantity: number }[] | undefined) =>
    lines?.find(({ sku }) => sku === 'EXTRA')?.quantity ?? 0
  const commerce = await openShop(shop)
  try {
    const seen = await commerce.carts.get({ actor: customer(customerId), cartId })
    const stored = await commerce.storage.snapshot({ source: 'database' }, (snapshot) => snapshot.carts.find({ cartId: seen.id, owner: { type: 'any' } }))
    return { seen: quantity(seen.lines), stored: quantity(stored?.lines) }
  } finally {
    await commerce.close()
  }
}

it('loses no change of one cart that four processes make at once (seed 905)', async () => {
  const arena = await openedArena(905, cartsOn('Cluster'))
  const [cart] = await arena.readyCarts(['ada'])
  if (cart === undefined) throw new Error('no cart was made')
  const setups = [0, 1, 2, 3].map((index) => ({ ...racerSetup(arena, index, 'edit', { carts: new Array(6).fill(cart), sku: 'EXTRA' }), delays: false }))
  const finishes = await race(setups)
  expect(finishes.flatMap(({ results }) => results)).toEqual(new Array(24).fill('added'))
  expect(await extras(arena.shop, cart)).toEqual({ seen: 24, stored: 24 })
})

it('copies what an editor or a copier left that was killed between Redis and the database, at every step (seed 906)', async () => {
  const arena = await openedArena(906)
  const carts = await arena.readyCarts(liveCartSteps.map((step) => `killed at ${step}`))
  // Each process has a Redis to itself. It saves its cart there, copies it when it is closed, and dies at another of the steps on this way.
  const places = carts.map((cart) => ({ cart, redis: cartsOn('single') }))
  const racers = places.map(({ cart, redis }, index) => {
    const shop = { ...arena.shop, carts: { ...redis, copyEveryMs: 60_000 } }
    return startRacer({ ...racerSetup(arena, index, 'edit', { carts: [cart], sku: 'EXTRA' }), shop, delays: false, killAtStep: index + 1 })
  })
  await Promise.all(racers.map(({ ready }) => ready))
  for (const racer of racers) racer.go()
  expect(await Promise.all(racers.map(({ end }) => end))).toEqual(liveCartSteps.map(() => 'killed'))

  const found = () => Promise.all(places.map(({ cart, redis }) => extras({ ...arena.shop, carts: redis }, cart)))
  const saved = liveCartSteps.map((step) => (step === 'cart.saving' ? 0 : 1))
  await expect.poll(found, { timeout: 30_000 }).toEqual(saved.map((units) => ({ seen: units, stored: units })))
})
