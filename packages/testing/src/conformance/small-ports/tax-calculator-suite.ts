import { frozen, type TaxCalculator, type TaxRequest } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { address } from '../fixtures.ts'
import { openedForTest } from '../opened-for-test.ts'

export interface TaxCalculatorSuiteOptions {
  /** The heading in the test report. */
  readonly name: string
  /** Called before every test. */
  readonly open: () => Promise<TaxCalculator>
  /** Requests that matter to this calculator: its regions, exemptions, currencies. Each is held to the contract. */
  readonly requests?: readonly TaxRequest[]
}

/** A cart of lines with these amounts, in minor units. */
function aRequest(...amounts: readonly number[]): TaxRequest {
  const lines = amounts.map((amountMinor, position) => ({ sku: `SKU-${position}`, quantity: 1 + (position % 3), amountMinor, taxCategory: 'standard' }))
  return { currency: 'USD', shippingAddress: { ...address, region: 'NY' }, lines, shippingMinor: 499 }
}

/**
 * Registers tests of the `TaxCalculator` contract: one whole amount from 0 up for each line in its order, and one for shipping; what is included is
 * not more than the price, and named taxes sum to the amounts.
 *
 * @example
 * taxCalculatorSuite({ name: 'sales tax', open: async () => salesTax({ NY: 8 }) })
 */
export function taxCalculatorSuite(options: TaxCalculatorSuiteOptions): void {
  describe(`${options.name}: tax calculator`, () => {
    const tax = openedForTest(options.open)
    const requests = [aRequest(1000), aRequest(1, 33, 999, 100_001), aRequest(), aRequest(2 ** 40), ...(options.requests ?? [])]

    it.each(requests)('gives one whole amount from 0 up a line, and one for shipping: request %#', async (request) => {
      const { lines, shippingMinor } = await tax().calculate(request)
      expect(lines).toHaveLength(request.lines.length)
      for (const amount of [...lines, shippingMinor]) expect(Number.isSafeInteger(amount) && amount >= 0, `${amount} minor units`).toBe(true)
    })

    it.each(requests)('says of tax that prices include no more than there is price, and names taxes that sum to the amounts: request %#', async (request) => {
      const { lines, shippingMinor, included, taxes } = await tax().calculate(request)
      const inside = [...(included?.lines ?? request.lines.map(() => 0)), included?.shippingMinor ?? 0]
      const prices = [...request.lines.map(({ amountMinor }) => amountMinor), request.shippingMinor]
      expect(inside).toHaveLength(prices.length)
      for (const [index, amount] of inside.entries()) {
        expect(Number.isSafeInteger(amount) && amount >= 0 && amount <= (prices[index] ?? 0), `${amount} minor units included`).toBe(true)
      }
      if (taxes === undefined) return
      const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
      const named = (within: boolean) => sum(taxes.filter((one) => one.included === within).map(({ amountMinor }) => amountMinor))
      expect({ added: named(false), included: named(true) }).toEqual({ added: sum([...lines, shippingMinor]), included: sum(inside) })
    })

    it('gives the amounts in the order of the lines: one that costs nothing is taxed nothing, wherever it stands', async () => {
      const { lines } = await tax().calculate(aRequest(0, 100_000, 0, 50_000))
      expect([lines[0], lines[2]]).toEqual([0, 0])
      const [first, second] = (await tax().calculate(aRequest(100_000, 0))).lines
      expect([first, second]).toEqual([lines[1], 0])
    })

    it('answers requests that meet each with its own', async () => {
      const sizes = Array.from({ length: 8 }, (_, position) => position)
      const results = await Promise.all(sizes.map((size) => tax().calculate(aRequest(...Array.from({ length: size }, () => 1000)))))
      expect(results.map(({ lines }) => lines.length)).toEqual(sizes)
    })

    it('leaves the request as it was', async () => {
      const request = frozen(aRequest(1000, 2000))
      const before = structuredClone(request)
      await tax().calculate(request)
      expect(request).toEqual(before)
    })
  })
}
