import { LatencyHistogram } from './latency-histogram.ts'

/** A stretch of the load. */
export interface TimelinePoint {
  /** Seconds from the start to its beginning. */
  readonly from: number
  /** By operation. */
  readonly operations: Readonly<Record<string, TimelineFigures>>
}

/** Of one operation in one stretch. Latencies in milliseconds. */
export interface TimelineFigures {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly errors: number
}

interface Bucket {
  readonly latencies: LatencyHistogram
  errors: number
}

/** As many stretches as a chart can show; a longer run has longer ones, and no more memory. */
const maxBuckets = 120

/** The course of a load: one stretch a second at first, and half as many of twice the length whenever they grow too many. */
export class Timeline {
  #bucketSeconds = 1
  #buckets = new Map<number, Map<string, Bucket>>()

  /** How long each stretch is. */
  get bucketSeconds(): number {
    return this.#bucketSeconds
  }

  /** @param second - in which the answers came, from 0 up. */
  add(second: number, operation: string, latencies: LatencyHistogram, errors: number): void {
    while (Math.floor(second / this.#bucketSeconds) >= maxBuckets) this.#coarsen()
    this.#put(Math.floor(second / this.#bucketSeconds), operation, latencies, errors)
  }

  /**
   * Every stretch from the start on, those without an answer too. A last one that was cut off before its middle is left out: its rate would say nothing.
   *
   * @param seconds - how long the load took.
   */
  points(seconds: number): readonly TimelinePoint[] {
    const count = Math.max(1, Math.round(seconds / this.#bucketSeconds))
    return Array.from({ length: count }, (_, index) => {
      const from = index * this.#bucketSeconds
      const length = Math.min(this.#bucketSeconds, seconds - from)
      const operations = [...(this.#buckets.get(index) ?? [])].map(([name, bucket]) => [name, figures(bucket, length)])
      return { from, operations: Object.fromEntries(operations) }
    })
  }

  /** The rate of an operation in the newest stretches that are over, about three seconds or one stretch. */
  recentPerSecond(operation: string, elapsedSeconds: number): number {
    // The processes tell twice a second, so the second before last is the newest that is complete.
    const last = Math.floor((elapsedSeconds - 1) / this.#bucketSeconds) - 1
    const wanted = Math.max(1, Math.floor(3 / this.#bucketSeconds))
    const indexes = Array.from({ length: wanted }, (_, back) => last - back).filter((index) => index >= 0)
    if (indexes.length === 0) return 0
    const answers = indexes.reduce((sum, index) => sum + (this.#buckets.get(index)?.get(operation)?.latencies.count ?? 0), 0)
    return answers / (indexes.length * this.#bucketSeconds)
  }

  #put(index: number, operation: string, latencies: LatencyHistogram, errors: number): void {
    const operations = this.#buckets.get(index) ?? new Map<string, Bucket>()
    this.#buckets.set(index, operations)
    const bucket = operations.get(operation) ?? { latencies: LatencyHistogram.coarse(), errors: 0 }
    operations.set(operation, bucket)
    bucket.latencies.add(latencies)
    bucket.errors += errors
  }

  #coarsen(): void {
    const finer = this.#buckets
    this.#bucketSeconds *= 2
    this.#buckets = new Map()
    for (const [index, operations] of finer) {
      for (const [name, { latencies, errors }] of operations) this.#put(Math.floor(index / 2), name, latencies, errors)
    }
  }
}

function figures({ latencies, errors }: Bucket, seconds: number): TimelineFigures {
  return {
    perSecond: latencies.count / seconds,
    p50: latencies.percentileMs(50),
    p95: latencies.percentileMs(95),
    p99: latencies.percentileMs(99),
    errors,
  }
}
