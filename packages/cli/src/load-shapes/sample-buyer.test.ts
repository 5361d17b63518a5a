import { expect, test } from 'vitest'
import { defaultLoadShapes } from './load-shapes.ts'
import { sampleBuyer } from './sample-buyer.ts'

test('orders are spread over the customers as was measured', () => {
  const count = 1_000
  const orders = new Array<number>(count).fill(0)
  const draws = 4_272 * 20
  for (let index = 0; index < draws; index += 1) {
    const buyer = sampleBuyer(defaultLoadShapes, () => (index + 0.5) / draws, count)
    orders[buyer] = (orders[buyer] as number) + 1 / 20
  }
  // The measured mean is 4.27 orders; what the percentiles make of it is near.
  expect(orders[250] as number).toBeGreaterThan(1)
  expect(orders[250] as number).toBeLessThan(2)
  expect(orders[850] as number).toBeGreaterThan(5)
  expect(orders[850] as number).toBeLessThan(9)
  expect(orders[995] as number).toBeGreaterThan(30)
  expect(orders.every((number) => number > 0)).toBe(true)
})
