import { LatencyHistogram } from './latency-histogram.ts'
import { wholePurchase } from './load-spec.ts'
import type { OperationCount, SecondCount } from './recorder.ts'
import { Timeline } from './timeline.ts'

/** What was measured of one operation. Latencies in milliseconds. */
export interface OperationResult {
  /** Answers, those of refusals and errors too. */
  readonly count: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
  /** Answers that nobody expects. */
  readonly errors: number
  readonly errorCodes: Readonly<Record<string, number>>
  /** By code: what the first error said. */
  readonly errorExamples: Readonly<Record<string, string>>
  /** By code: refusals that the scenario expects, such as OUT_OF_STOCK when everything is sold. */
  readonly refusals: Readonly<Record<string, number>>
  /** Calls that were repeated because the error was `retryable`. */
  readonly retries: number
}

class OperationTotal {
  readonly latencies = new LatencyHistogram()
  readonly errors: Record<string, number> = {}
  readonly examples: Record<string, string> = {}
  readonly refusals: Record<string, number> = {}
  retries = 0

  add(count: OperationCount, latencies: LatencyHistogram): void {
    this.latencies.add(latencies)
    addCounts(this.errors, count.errors)
    for (const [code, example] of Object.entries(count.examples)) this.examples[code] ??= example
    addCounts(this.refusals, count.refusals)
    this.retries += count.retries
  }

  result(seconds: number): OperationResult {
    const { latencies, errors, examples, refusals, retries } = this
    return {
      count: latencies.count,
      perSecond: seconds > 0 ? rounded(latencies.count / seconds) : 0,
      p50: rounded(latencies.percentileMs(50)),
      p95: rounded(latencies.percentileMs(95)),
      p99: rounded(latencies.percentileMs(99)),
      max: rounded(latencies.maxMs),
      errors: sumOf(errors),
      errorCodes: errors,
      errorExamples: examples,
      refusals,
      retries,
    }
  }
}

/** Adds up what all processes count, leaving out the warm-up. */
export class LoadTotals {
  /** Everything, the warm-up too. */
  readonly timeline = new Timeline()
  readonly #warmUpSeconds: number
  readonly #operations = new Map<string, OperationTotal>()
  readonly #calls = new OperationTotal()

  /** @param warmUpSeconds - whole seconds from the start that are drawn but not counted. */
  constructor(warmUpSeconds: number) {
    this.#warmUpSeconds = warmUpSeconds
  }

  add(seconds: readonly SecondCount[]): void {
    for (const { second, operations } of seconds) {
      for (const [name, count] of Object.entries(operations)) {
        const latencies = LatencyHistogram.decode(count.latencies)
        this.timeline.add(second, name, latencies, sumOf(count.errors))
        const total = this.#total(name)
        if (second < this.#warmUpSeconds) continue
        total.add(count, latencies)
        if (name !== wholePurchase) this.#calls.add(count, latencies)
      }
    }
  }

  /** By name, in the order in which they were first heard of. @param seconds - that were measured. */
  operations(seconds: number): Readonly<Record<string, OperationResult>> {
    const measured = [...this.#operations].filter(([, { latencies }]) => latencies.count > 0)
    return Object.fromEntries(measured.map(([name, total]) => [name, total.result(seconds)]))
  }

  /** Every single call, whichever operation. */
  calls(seconds: number): OperationResult {
    return this.#calls.result(seconds)
  }

  #total(name: string): OperationTotal {
    const total = this.#operations.get(name) ?? new OperationTotal()
    this.#operations.set(name, total)
    return total
  }
}

function addCounts(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [code, count] of Object.entries(counts)) sum[code] = (sum[code] ?? 0) + count
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** To a microsecond, or a thousandth of a call. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
