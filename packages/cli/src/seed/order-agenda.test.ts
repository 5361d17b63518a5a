import { expect, test } from 'vitest'
import { defaultLoadShapes } from '../load-shapes/load-shapes.ts'
import { makeOrderBasket } from './make-basket.ts'
import { orderAgenda } from './order-agenda.ts'
import { orderTimetable } from './order-timetable.ts'
import { SeedPlan } from './seed-plan.ts'

const until = new Date('2026-01-04')
const parameters = { products: 300, customers: 200, orders: 3_000, seed: 3, until, currency: 'EUR', shapes: defaultLoadShapes }
const plan = new SeedPlan(parameters)
const agenda = [...orderAgenda(plan)]

test('everything happens in the order of time, before the end, each order from its placing to its last step', () => {
  const times = agenda.map(({ atMs }) => atMs)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(times.at(-1)).toBeLessThan(until.getTime())
  expect(times[0]).toBeGreaterThanOrEqual(plan.opensAt.getTime())
  const lasts = agenda.filter(({ isLast }) => isLast).map(({ order }) => order)
  expect(new Set(lasts).size).toBe(parameters.orders)
  const placed = agenda.filter(({ kind }) => kind === 'place')
  expect(placed.map(({ order }) => order)).toEqual(Array.from({ length: parameters.orders }, (_, order) => order))
  expect(new Set(placed.map(({ atMs }) => atMs)).size).toBe(parameters.orders)
})

test('orders are placed at the measured hours, as many on each day', () => {
  const placed = agenda.filter(({ kind }) => kind === 'place').map(({ atMs }) => new Date(atMs))
  const noon = placed.filter((at) => at.getUTCHours() === 12).length / placed.length
  expect(noon).toBeCloseTo(3_219 / 19_960, 2)
  expect(placed.every((at) => at.getUTCHours() >= 6 && at.getUTCHours() <= 20)).toBe(true)
  const days = new Set(placed.map((at) => at.toISOString().slice(0, 10)))
  expect(days.size).toBe(Math.ceil(parameters.orders / 65.443))
})

test('as many are cancelled as was measured, and whatever is not settled by the end waits', () => {
  const ended = agenda.filter(({ kind }) => kind === 'call_off' || kind === 'give_up' || kind === 'expire').length
  expect(ended / parameters.orders).toBeCloseTo(0.1612, 1)
  const timetables = Array.from({ length: parameters.orders }, (_, order) => orderTimetable(plan, order))
  expect(timetables.filter(({ waits }) => waits).length).toBe(30)
  for (const { firstCard, waits, steps } of timetables) {
    if (firstCard === 'declined' && !waits) expect(steps.some(({ kind }) => kind === 'give_up' || kind === 'expire' || kind === 'pay_again')).toBe(true)
  }
})

test('baskets have the measured sizes, and the popular products are in the most of them', () => {
  const baskets = Array.from({ length: 2_000 }, (_, order) => makeOrderBasket(new SeedPlan({ ...parameters, products: 4_000 }), order))
  const sizes = baskets.map(({ lines }) => lines.length).sort((a, b) => a - b)
  expect(sizes[1_000] as number).toBeGreaterThan(12)
  expect(sizes[1_000] as number).toBeLessThan(17)
  expect(sizes.at(-1)).toBeLessThanOrEqual(200)
  expect(baskets.filter(({ buyer }) => buyer.customerId === undefined).length / 2_000).toBeCloseTo(0.0715, 1)
  const byProduct = new Map<string, number>()
  for (const { sku } of baskets.flatMap(({ lines }) => lines)) {
    const product = sku.split('-')[1] as string
    byProduct.set(product, (byProduct.get(product) ?? 0) + 1)
  }
  const counts = [...byProduct.values()].sort((a, b) => b - a)
  const lines = counts.reduce((sum, count) => sum + count, 0)
  const topTenth = counts.slice(0, 400).reduce((sum, count) => sum + count, 0) / lines
  expect(topTenth).toBeGreaterThan(0.38)
  expect(topTenth).toBeLessThan(0.52)
})

test('buyers have postal addresses of their country and mail that goes nowhere', () => {
  const patterns: Readonly<Record<string, RegExp>> = {
    GB: /^[A-Z]{1,2}\d{1,2} \d[A-Z]{2}$/,
    US: /^\d{5}$/,
    DE: /^\d{5}$/,
    FR: /^\d{5}$/,
    NL: /^\d{4} [A-Z]{2}$/,
    CA: /^[A-Z]\d[A-Z] \d[A-Z]\d$/,
    SE: /^\d{3} \d{2}$/,
  }
  const buyers = Array.from({ length: 300 }, (_, order) => makeOrderBasket(plan, order).buyer)
  for (const { address, email } of buyers) {
    expect(address.postalCode).toMatch(patterns[address.country] as RegExp)
    expect(email).toMatch(/^[a-z0-9.-]+@example\.(?:com|org|net)$/)
  }
  expect(new Set(buyers.map(({ address }) => address.country)).size).toBe(7)
})
