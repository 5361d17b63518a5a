import { frozen, type ShippingRates, type ShippingRequest } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless, type Lacks } from '../capability.ts'
import { address } from '../fixtures.ts'
import { openedForTest } from '../opened-for-test.ts'

export interface ShippingRatesSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<ShippingRates>
  /** Carts that these rates ship, changed from one mug to a US address. Needed where that is none. @default that cart */
  readonly shippable?: readonly Partial<ShippingRequest>[]
  /** Carts that cannot be shipped: too heavy, too far. Left out only by rates that lack `limits`. */
  readonly unshippable?: readonly Partial<ShippingRequest>[]
  /** `limits`: there are carts that cannot be shipped. */
  readonly lacks?: Lacks<'limits'>
}

function aRequest(overrides: Partial<ShippingRequest> = {}): ShippingRequest {
  return { currency: 'USD', shippingAddress: address, subtotalMinor: 1000, weightGrams: 400, lines: [{ sku: 'MUG-1', quantity: 1 }], ...overrides }
}

/**
 * Registers tests of the `ShippingRates` contract: distinct methods with a label and a whole price from 0 up, and none where a cart cannot be shipped.
 *
 * @example
 * shippingRatesSuite({ name: 'by weight', open: async () => weightRates('US', steps), unshippable: [{ weightGrams: 50_000 }] })
 */
export function shippingRatesSuite(options: ShippingRatesSuiteOptions): void {
  describe(`${options.name}: shipping rates`, () => {
    const shipping = openedForTest(options.open)
    const shippable = (options.shippable ?? [{}]).map(aRequest)

    it.each(shippable)('offers distinct methods, each with a label and a whole price from 0 up: cart %#', async (request) => {
      const rates = await shipping().rates(request)
      expect(rates.length).toBeGreaterThan(0)
      expect(new Set(rates.map(({ method }) => method)).size).toBe(rates.length)
      for (const { method, label, amountMinor, estimate, pickup } of rates) {
        expect(method.trim()).toMatch(/./)
        expect(label.trim()).toMatch(/./)
        expect(Number.isSafeInteger(amountMinor) && amountMinor >= 0, `${amountMinor} minor units`).toBe(true)
        if (estimate !== undefined) expect(estimate.earliest <= estimate.latest, `from ${estimate.earliest} to ${estimate.latest}`).toBe(true)
        if (pickup !== undefined) expect(pickup.location.trim()).toMatch(/./)
      }
    })

    itUnless(options.lacks?.limits, 'offers no method for a cart that cannot be shipped, rather than failing', async () => {
      if (options.unshippable === undefined) throw new Error('name carts in `unshippable`, or say in `lacks.limits` why there are none')
      for (const cart of options.unshippable) expect(await shipping().rates(aRequest(cart))).toEqual([])
    })

    it('gives whoever fetches a cart the place, in every rate', async () => {
      const { shippingAddress: _none, ...request } = aRequest(options.shippable?.[0])
      for (const { method, pickup } of (await shipping().pickups?.(request)) ?? []) expect({ method, pickup }).toHaveProperty('pickup.location')
    })

    it.each(shippable)('says the same of the same cart, also when requests meet: cart %#', async (request) => {
      const [first, ...rest] = await Promise.all(Array.from({ length: 4 }, () => shipping().rates(request)))
      for (const again of rest) expect(again).toEqual(first)
    })

    it.each(shippable)('leaves the request as it was: cart %#', async (request) => {
      const before = structuredClone(request)
      await shipping().rates(frozen(request))
      expect(request).toEqual(before)
    })
  })
}
