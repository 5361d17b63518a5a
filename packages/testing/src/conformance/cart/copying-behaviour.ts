import type { Cart, ChangedCart, LiveCartStore } from '@cartwright/core/ports'
import { describe, expect, it, vi } from 'vitest'
import { aCart } from '../fixtures.ts'
import type { OpenedLiveCarts } from './live-cart-suite.ts'

const custody = { term: 0, loan: 1 }
/** More than enough for what was taken and not reported to be given to others. */
const patienceMs = 10_000

export function copyingBehaviour(opened: () => OpenedLiveCarts): void {
  describe('what waits to be copied', () => {
    const put = async (...carts: readonly Cart[]) => void (await Promise.all(carts.map((cart) => opened().store.put({ cart, custody }))))
    const save = (cart: Cart) => opened().store.save({ copy: { cart, custody }, expectedVersion: cart.version - 1 })

    it('is every cart that changed, as it is now, until all were reported', async () => {
      const carts = Array.from({ length: 30 }, () => aCart())
      await put(...carts)
      const changed = carts.map((cart): Cart => ({ ...cart, version: 2, lines: [{ sku: 'MUG-1', quantity: 2, seenUnitMinor: null }] }))
      for (const cart of changed) await save(cart)
      const taken = new Map<string, unknown>()
      for (;;) {
        const batch = await opened().store.changed({ limit: 100 })
        if (batch.length === 0) break
        expect(new Set(batch.map(({ cart }) => cart.id)).size).toBe(batch.length)
        for (const { receipt: _receipt, ...copy } of batch) taken.set(copy.cart.id, copy)
        await opened().store.copied({ receipts: batch.map(({ receipt }) => receipt) })
      }
      expect(taken).toEqual(new Map(changed.map((cart) => [cart.id, { cart, custody }])))
    })

    it('is given to another when whoever took it never reports', async () => {
      const cart = aCart()
      await put(cart)
      expect(await takenUntil(opened().store, 1)).toMatchObject([{ cart }])
      const other = await opened().another()
      expect(await takenUntil(other, 1)).toMatchObject([{ cart }])
    })

    it('is there again after a change that came between taking and reporting', async () => {
      const cart = aCart()
      await put(cart)
      const taken = await takenUntil(opened().store, 1)
      await save({ ...cart, version: 2 })
      await opened().store.copied({ receipts: taken.map(({ receipt }) => receipt) })
      expect(await takenUntil(opened().store, 1)).toMatchObject([{ cart: { version: 2 } }])
    })

    it('is no longer what was let go', async () => {
      const [gone, left] = [aCart(), aCart()]
      await put(gone, left)
      await opened().store.drop({ cartId: gone.id })
      expect(await takenUntil(opened().store, 1)).toMatchObject([{ cart: left }])
    })

    it('tells for how long it has waited, taken or not, until all of it was reported', async () => {
      const { store } = opened()
      const waitedAtLeast = (ms: number) =>
        vi.waitFor(async () => expect(await store.oldestWaitMs()).toBeGreaterThanOrEqual(ms), { timeout: patienceMs, interval: 5 })
      expect(await store.oldestWaitMs()).toBe(0)
      const [first, second] = [aCart(), aCart()]
      await put(first)
      await waitedAtLeast(50)
      await put(second)
      expect(await (await opened().another()).oldestWaitMs()).toBeGreaterThanOrEqual(50)
      const taken = await store.changed({ limit: 100 })
      expect(new Set(taken.map(({ cart }) => cart.id))).toEqual(new Set([first.id, second.id]))
      await waitedAtLeast(100)
      await store.copied({ receipts: taken.map(({ receipt }) => receipt) })
      expect(await store.oldestWaitMs()).toBe(0)
    })

    it('waits anew for a change that came between taking and reporting', async () => {
      const { store } = opened()
      const cart = aCart()
      await put(cart)
      await vi.waitFor(async () => expect(await store.oldestWaitMs()).toBeGreaterThanOrEqual(20), { timeout: patienceMs, interval: 5 })
      const taken = await takenUntil(store, 1)
      const before = Date.now()
      await save({ ...cart, version: 2 })
      await store.copied({ receipts: taken.map(({ receipt }) => receipt) })
      const waited = await store.oldestWaitMs()
      // Another clock may tell the time there, and milliseconds are rounded on both sides.
      expect(waited).toBeLessThanOrEqual(Date.now() - before + 2)
      await vi.waitFor(async () => expect(await store.oldestWaitMs()).toBeGreaterThan(waited), { timeout: patienceMs, interval: 5 })
    })

    it('says how it is', async () => {
      await put(aCart())
      const findings = await opened().store.diagnose()
      expect(findings.length).toBeGreaterThan(0)
      for (const { status, remedy } of findings) expect(remedy === null).toBe(status === 'ok')
    })
  })
}

/** Takes until that many carts have come, or time is up. */
async function takenUntil(store: LiveCartStore, count: number): Promise<readonly ChangedCart[]> {
  const deadline = Date.now() + patienceMs
  const taken: ChangedCart[] = []
  while (taken.length < count && Date.now() < deadline) {
    taken.push(...(await store.changed({ limit: 100 })))
    if (taken.length < count) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return taken
}
