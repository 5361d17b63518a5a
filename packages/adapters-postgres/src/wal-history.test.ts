import { expect, test } from 'vitest'
import { WalHistory } from './wal-history.ts'

function history(...samples: readonly [position: number, atMs: number][]): WalHistory {
  const made = new WalHistory(1_000)
  for (const [position, atMs] of samples) made.add(position, atMs)
  return made
}

test('while nobody writes, a replica that has everything does not grow old', () => {
  expect(history([500, 0], [500, 900], [500, 1_800]).lagMs(500)).toBe(0)
})

test('a replica is as old as the newest moment whose whole log it has', () => {
  const known = history([100, 0], [200, 300], [300, 700])
  expect([350, 300, 299, 200, 150].map((position) => known.lagMs(position))).toEqual([0, 0, 400, 400, 700])
})

test('one that has reached nothing of what is remembered is infinitely old', () => {
  expect(history([100, 0]).lagMs(99)).toBe(Number.POSITIVE_INFINITY)
  expect(history([100, 0], [200, 1_001]).lagMs(150)).toBe(Number.POSITIVE_INFINITY)
  expect(history().lagMs(1)).toBe(Number.POSITIVE_INFINITY)
})

test('a log that has become shorter is another one', () => {
  expect(history([300, 0], [200, 500], [210, 600]).lagMs(205)).toBe(100)
})
