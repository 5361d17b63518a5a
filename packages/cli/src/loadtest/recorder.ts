import { LatencyHistogram } from './latency-histogram.ts'

/** What was counted of one operation, as plain data. */
export interface OperationCount {
  /** Latencies of all answers, refusals and errors too, encoded. */
  readonly latencies: string
  /** By code: answers that nobody expects. */
  readonly errors: Readonly<Record<string, number>>
  /** By code: what the first of them said. */
  readonly examples: Readonly<Record<string, string>>
  /** By code: answers that the scenario expects, such as OUT_OF_STOCK in a flash sale. */
  readonly refusals: Readonly<Record<string, number>>
  /** Calls repeated because the error was `retryable`. */
  readonly retries: number
}

/** What was answered within one second of the load. */
export interface SecondCount {
  /** From 0 up, since the load began. */
  readonly second: number
  readonly operations: Readonly<Record<string, OperationCount>>
}

class OperationTally {
  readonly latencies = new LatencyHistogram()
  readonly errors: Record<string, number> = {}
  readonly examples: Record<string, string> = {}
  readonly refusals: Record<string, number> = {}
  retries = 0
}

/** Counts what one process measures, by the second in which it was answered. */
export class Recorder {
  readonly #startMs: number
  readonly #seconds = new Map<number, Map<string, OperationTally>>()
  #answers = 0

  /** @param startMs - when the load began, on the clock of `atMs` below. */
  constructor(startMs: number) {
    this.#startMs = startMs
  }

  /** Operations answered so far. */
  get answers(): number {
    return this.#answers
  }

  answered(name: string, latencyMs: number, atMs: number): void {
    this.#answers += 1
    this.#tally(name, atMs).latencies.record(latencyMs)
  }

  refused(name: string, code: string, latencyMs: number, atMs: number): void {
    this.answered(name, latencyMs, atMs)
    increment(this.#tally(name, atMs).refusals, code)
  }

  failed(name: string, { code, message }: { readonly code: string; readonly message: string }, latencyMs: number, atMs: number): void {
    this.answered(name, latencyMs, atMs)
    const { errors, examples } = this.#tally(name, atMs)
    increment(errors, code)
    examples[code] ??= message
  }

  retried(name: string, atMs: number): void {
    this.#tally(name, atMs).retries += 1
  }

  /** Hands out what was counted since the last call, and forgets it. */
  take(): readonly SecondCount[] {
    const taken = [...this.#seconds].map(([second, operations]) => ({
      second,
      operations: Object.fromEntries([...operations].map(([name, { latencies, ...counts }]) => [name, { ...counts, latencies: latencies.encoded }])),
    }))
    this.#seconds.clear()
    return taken
  }

  #tally(name: string, atMs: number): OperationTally {
    const second = Math.max(0, Math.floor((atMs - this.#startMs) / 1_000))
    const operations = this.#seconds.get(second) ?? new Map<string, OperationTally>()
    this.#seconds.set(second, operations)
    const tally = operations.get(name) ?? new OperationTally()
    operations.set(name, tally)
    return tally
  }
}

function increment(counts: Record<string, number>, code: string): void {
  counts[code] = (counts[code] ?? 0) + 1
}
