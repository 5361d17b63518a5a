import { expect, test } from 'vitest'
import type { OperationResult } from './load-totals.ts'
import { judgeObjectives, parseObjective } from './objectives.ts'

const result: OperationResult = {
  count: 200,
  perSecond: 20,
  p50: 5,
  p95: 40,
  p99: 90,
  max: 120,
  errors: 1,
  errorCodes: { CONFLICT: 1 },
  errorExamples: {},
  refusals: {},
  retries: 0,
}
const operations = { 'carts.create': result, 'checkout.place': { ...result, p99: 400, perSecond: 5 }, purchase: { ...result, p99: 2_000 } }
const judge = (text: string) => judgeObjectives([parseObjective(text)], operations)[0]

test.each([
  ['p99=500ms', 400, true],
  ['p99=0.4s', 400, true],
  ['p99=399ms', 400, false],
  ['carts.create.p99=100ms', 90, true],
  ['purchase.p99=1s', 2_000, false],
  ['max=120ms', 120, true],
  ['errors=0.5%', 0.005, true],
  ['errors=0', 0.005, false],
  ['perSecond=5', 5, true],
  ['perSecond=6/s', 5, false],
  ['carts.create.perSecond=20', 20, true],
])('%s compares %d', (text, actual, met) => {
  expect(judge(text)).toEqual({ objective: text, actual, met })
})

test('what was never measured is missed', () => {
  expect(judge('search.query.p99=1s')).toEqual({ objective: 'search.query.p99=1s', actual: null, met: false })
  expect(judgeObjectives([parseObjective('p99=1s')], {})).toEqual([{ objective: 'p99=1s', actual: null, met: false }])
})

test.each(['p99', 'p98=5ms', 'p99=500', 'p99=fast', 'errors=5ms', 'errors=2', 'perSecond=1%', '=5ms', 'checkout.place=5ms'])('%s is refused', (text) => {
  expect(() => parseObjective(text)).toThrow(/Write/)
})
