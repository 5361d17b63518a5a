import { describe, expect, test } from 'vitest'
import { type ListPrice, priceSteps, unitPrice } from './list-price.ts'

const step = (list: string, minQuantity: number, amountMinor: number, priority = 0): ListPrice => ({ list, minQuantity, amountMinor, priority })
const priced = (...listPrices: readonly ListPrice[]) => ({ price: { amountMinor: 1000 }, listPrices })

describe('a unit price', () => {
  test.each<[string, readonly ListPrice[], number, number, string | null]>([
    ['is the variant’s own without lists', [], 5, 1000, null],
    ['is that of a list, lower or higher', [step('a', 1, 1200)], 1, 1200, 'a'],
    ['is the variant’s own below the first step', [step('a', 10, 800)], 9, 1000, null],
    ['begins with its step', [step('a', 10, 800)], 10, 800, 'a'],
    ['is that of the largest step that is reached, also when a smaller one is lower', [step('a', 1, 700), step('a', 5, 900), step('a', 50, 1)], 49, 900, 'a'],
    ['is the lowest of several lists', [step('b', 1, 900), step('a', 1, 950)], 1, 900, 'b'],
    ['is that of the first code of several alike', [step('b', 1, 900), step('a', 1, 900)], 1, 900, 'a'],
    ['is that of the highest priority, also when another is lower', [step('a', 1, 500), step('b', 1, 900, 1)], 1, 900, 'b'],
    ['is that of another list where the highest does not reach', [step('a', 1, 500), step('b', 10, 900, 1)], 9, 500, 'a'],
  ])('%s', (_what, lists, quantity, amountMinor, priceList) => {
    expect(unitPrice(priced(...lists), quantity)).toEqual({ amountMinor, priceList })
    expect(unitPrice(priced(...[...lists].reverse()), quantity)).toEqual({ amountMinor, priceList })
  })

  test('changes at the quantities that are shown, and at no other', () => {
    const goods = priced(step('a', 10, 800), step('a', 20, 700), step('b', 5, 800), step('b', 50, 1))
    const steps = priceSteps(goods)
    expect(steps.map(({ minQuantity, amountMinor }) => [minQuantity, amountMinor])).toEqual([
      [1, 1000],
      [5, 800],
      [20, 700],
      [50, 1],
    ])
    for (let quantity = 1; quantity <= 60; quantity += 1) {
      expect(steps.filter(({ minQuantity }) => minQuantity <= quantity).at(-1)?.amountMinor).toBe(unitPrice(goods, quantity).amountMinor)
    }
  })
})
