import { expect, test } from 'vitest'
import { allSales, SalesTally, stockResult } from './sales.ts'

const one = (sku: string, quantity = 1) => ({ sku, quantity })

function tally(bought: readonly ReturnType<typeof one>[], refused: readonly ReturnType<typeof one>[]) {
  const sales = new SalesTally()
  for (const line of bought) sales.bought([line])
  for (const line of refused) sales.leftWithout([line], line)
  return sales.count
}

test('a sale that ends with nothing left and everybody else turned away is exact', () => {
  const sales = tally([one('HOT'), one('HOT')], [one('HOT'), one('HOT')])
  expect(stockResult({ HOT: 2 }, sales, { HOT: 2 })).toEqual({ supply: 2, demand: 4, sold: 2, oversold: 0, undersold: 0 })
})

test('units left although somebody was turned away are undersold, but no more than were wanted', () => {
  expect(stockResult({ HOT: 5 }, tally([one('HOT'), one('HOT')], [one('HOT'), one('HOT')]), { HOT: 2 }).undersold).toBe(2)
  expect(stockResult({ HOT: 3 }, tally([one('HOT'), one('HOT')], [one('HOT'), one('HOT')]), { HOT: 2 }).undersold).toBe(1)
})

test('a rest that was too small for those who were turned away is not undersold', () => {
  expect(stockResult({ HOT: 3 }, tally([one('HOT', 2)], [one('HOT', 2)]), { HOT: 2 }).undersold).toBe(0)
})

test('units sold beyond the supply are oversold, whatever is left of other SKUs', () => {
  const sales = tally([one('HOT'), one('HOT'), one('HOT'), one('COLD')], [])
  expect(stockResult({ HOT: 2, COLD: 100 }, sales, { HOT: 3, COLD: 1 })).toEqual({ supply: 102, demand: 4, sold: 4, oversold: 1, undersold: 0 })
})

test('a SKU without a limit is left out', () => {
  expect(stockResult({}, tally([one('FREE')], []), { FREE: 1 })).toEqual({ supply: 0, demand: 0, sold: 0, oversold: 0, undersold: 0 })
})

test('a refused cart counts by the line that was short; one that failed for another reason by all', () => {
  const sales = new SalesTally()
  sales.leftWithout([one('A', 2), one('B', 3)], one('B', 3))
  expect(sales.count).toEqual({ demand: { B: 3 }, unmet: { B: { 3: 1 } }, confirmedUnits: 0 })
  sales.leftWithout([one('A', 2), one('B', 3)], null)
  expect(sales.count).toEqual({ demand: { A: 2, B: 6 }, unmet: { A: { 2: 1 }, B: { 3: 2 } }, confirmedUnits: 0 })
})

test('the counts of several processes are added up', () => {
  const sum = allSales([tally([one('A')], [one('A', 2)]), tally([one('B', 4)], [one('A', 2), one('A', 3)])])
  expect(sum).toEqual({ demand: { A: 8, B: 4 }, unmet: { A: { 2: 2, 3: 1 } }, confirmedUnits: 5 })
})
