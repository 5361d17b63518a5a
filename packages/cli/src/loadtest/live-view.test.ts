import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import type { Streams } from '../terminal/output.ts'
import { liveView, screen } from './live-view.ts'
import { LoadTotals } from './load-totals.ts'
import type { LoadStatus } from './make-load.ts'
import { Recorder } from './recorder.ts'

const plain = (_style: unknown, text: string): string => text
const plan = { scenario: 'flash-sale', limits: { durationMs: null, operations: null, visits: 200 }, warmUpSeconds: 0 } as const

/** Ten calls in each of ten seconds, the last of them failed. */
function status(elapsedSeconds = 10): LoadStatus {
  const recorder = new Recorder(0)
  for (let call = 0; call < 99; call += 1) recorder.answered('checkout.place', 20, call * 100)
  recorder.failed('checkout.place', { code: 'STORAGE_BUSY', message: 'locked' }, 20, 9_900)
  const totals = new LoadTotals(0)
  totals.add(recorder.take())
  return { elapsedSeconds, totals, soldUnits: 40, supplyUnits: 50, visits: 100 }
}

function captured(terminal: { readonly columns: number } | null): { readonly stream: Streams['stderr']; readonly text: () => string } {
  const chunks: string[] = []
  const write = (chunk: Buffer, _encoding: unknown, done: () => void): void => {
    chunks.push(chunk.toString())
    done()
  }
  const stream = Object.assign(new Writable({ write }), terminal === null ? {} : { isTTY: true, ...terminal })
  return { stream, text: () => chunks.join('') }
}

test('the screen shows rates, latencies, errors, what is left of stock and of time', () => {
  expect(screen(status(), plan, { paint: plain, width: 80 })).toEqual([
    'flash-sale · 0:10 · about 0:10 left',
    'operation       now/s  mean/s  p50 ms  p95 ms  p99 ms  errors',
    'checkout.place   10.0    10.0    20.0    20.0    20.0       1',
    'stock left 10 of 50',
  ])
})

test('a timed load counts down, and then waits for the last answers', () => {
  const timed = { ...plan, scenario: 'checkout', limits: { durationMs: 75_000, operations: null, visits: null } } as const
  const head = (elapsedSeconds: number): string | undefined => screen(status(elapsedSeconds), timed, { paint: plain, width: 80 })[0]
  expect(head(10)).toBe('checkout · 0:10 · 1:05 left')
  expect(head(76)).toBe('checkout · 1:16 · last answers …')
  expect(screen(status(1), { ...timed, warmUpSeconds: 2 }, { paint: plain, width: 80 })).toEqual(['checkout · 0:01 · 1:14 left · warming up'])
})

test('on a terminal the table is drawn over the one before, and taken off at the end', () => {
  const { stream, text } = captured({ columns: 80 })
  const view = liveView(stream, plan)
  view.update(status(10))
  view.update(status(11))
  view.stop()
  view.stop()
  const up = `${String.fromCharCode(27)}[4A`
  expect(text().split(up)).toHaveLength(3)
  expect(text().split(up)[1]).toContain('flash-sale · 0:11')
})

test('elsewhere there is a line every five seconds', () => {
  const { stream, text } = captured(null)
  const view = liveView(stream, plan)
  for (const seconds of [1, 4.9, 5.1, 6, 9, 10.2, 11]) view.update(status(seconds))
  view.stop()
  const lines = text().trimEnd().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toBe('0:10, 9.8 calls/s, p50 20.0 p95 20.0 p99 20.0 ms, 1 error, stock left 10 of 50, about 0:10 left')
})
