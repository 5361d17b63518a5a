import { expect, test } from 'vitest'
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts'

function breakerAt() {
  const time = { ms: 0 }
  const changes: BreakerState[] = []
  const breaker = new CircuitBreaker({ nowMs: () => time.ms, onChange: (state) => changes.push(state), failures: 3, windowMs: 1_000, openMs: 500 })
  const fail = () => breaker.enter()?.failed()
  return { breaker, time, changes, fail }
}

test('opens after so many failures in a row, and refuses then', () => {
  const { breaker, fail } = breakerAt()
  fail()
  fail()
  expect(breaker.state).toBe('closed')
  fail()
  expect(breaker.state).toBe('open')
  expect(breaker.enter()).toBeUndefined()
})

test('one success in between begins the count anew', () => {
  const { breaker, fail } = breakerAt()
  fail()
  fail()
  breaker.enter()?.succeeded()
  fail()
  fail()
  expect(breaker.state).toBe('closed')
})

test('failures far apart do not count together', () => {
  const { breaker, time, fail } = breakerAt()
  fail()
  fail()
  time.ms = 1_001
  fail()
  fail()
  expect(breaker.state).toBe('closed')
  fail()
  expect(breaker.state).toBe('open')
})

test('lets one call look when the pause is over, and all when it succeeds', () => {
  const { breaker, time, changes, fail } = breakerAt()
  for (let count = 0; count < 3; count += 1) fail()
  time.ms = 499
  expect(breaker.enter()).toBeUndefined()
  time.ms = 500
  const probe = breaker.enter()
  expect(probe).toBeDefined()
  expect(breaker.enter()).toBeUndefined()
  probe?.succeeded()
  expect(breaker.enter()).toBeDefined()
  expect(changes).toEqual(['open', 'half_open', 'closed'])
})

test('a failed look keeps it open for another pause', () => {
  const { breaker, time, fail } = breakerAt()
  for (let count = 0; count < 3; count += 1) fail()
  time.ms = 500
  fail()
  expect(breaker.state).toBe('open')
  time.ms = 999
  expect(breaker.enter()).toBeUndefined()
  time.ms = 1_000
  expect(breaker.enter()).toBeDefined()
})

test('a call from before it opened does not close it', () => {
  const { breaker, time, fail } = breakerAt()
  const early = breaker.enter()
  for (let count = 0; count < 3; count += 1) fail()
  early?.succeeded()
  expect(breaker.state).toBe('open')
  time.ms = 500
  breaker.enter()
  early?.succeeded()
  expect(breaker.state).toBe('half_open')
})
