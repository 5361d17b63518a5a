import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { placeWith, quotedCart, testShop } from '../../test/test-shop.ts'
import { instrument } from './telemetry.ts'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
beforeEach(() => exporter.reset())
afterAll(() => trace.disable())

const spans = () => exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes['cartwright.outcome']])

test('service calls, storage calls and provider calls are spans, and refusals carry their code', async () => {
  const { commerce } = await testShop()
  const cart = await quotedCart(commerce, { MUG: 1 })
  exporter.reset()
  await placeWith(commerce, cart, 'card_ok', 'k')
  expect(spans()).toContainEqual(['checkout.place', 'OK'])
  expect(spans()).toContainEqual(['storage.transaction', 'OK'])
  expect(spans()).toContainEqual(['payment_provider.fake.start', 'OK'])
  await placeWith(commerce, cart, 'card_ok', 'other').catch(() => {})
  expect(spans()).toContainEqual(['checkout.place', 'CART_CLOSED'])
})

test('no parameter and no personal data reaches a span', async () => {
  const { commerce } = await testShop()
  const cart = await quotedCart(commerce, { MUG: 1 })
  await placeWith(commerce, cart, 'card_declined', 'canary-key')
  const text = JSON.stringify(exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })))
  for (const canary of ['Ada', 'SW1Y', 'canary-key', cart.actor.token, cart.cartId]) expect(text).not.toContain(canary)
})

test('an instrumented object behaves as before: results, errors, plain methods, fields and private state', async () => {
  class Counter {
    readonly name = 'counter'
    #count = 0
    plain() {
      return 7
    }
    broken(): number {
      throw new TypeError('broken')
    }
    async next() {
      this.#count += 1
      return this.#count
    }
    async fail() {
      throw new RangeError('no')
    }
  }
  const counter = instrument('test', new Counter())
  expect([counter.name, counter.plain(), await counter.next(), await counter.next()]).toEqual(['counter', 7, 1, 2])
  expect(() => counter.broken()).toThrow(TypeError)
  await expect(counter.fail()).rejects.toThrow(RangeError)
  expect(counter.next).toBe(counter.next)
  expect(spans()).toEqual([
    ['test.plain', 'OK'],
    ['test.next', 'OK'],
    ['test.next', 'OK'],
    ['test.broken', 'UNEXPECTED'],
    ['test.fail', 'UNEXPECTED'],
  ])
})
