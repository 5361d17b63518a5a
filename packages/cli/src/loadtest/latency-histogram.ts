import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'

/** Latencies, counted with three significant digits from one microsecond up. */
export class LatencyHistogram {
  readonly #counts: Histogram

  constructor(counts: Histogram = build({ numberOfSignificantValueDigits: 3 })) {
    this.#counts = counts
  }

  /** With two significant digits, in a seventh of the memory: for figures that are only drawn. */
  static coarse(): LatencyHistogram {
    return new LatencyHistogram(build({ numberOfSignificantValueDigits: 2 }))
  }

  /** From what `encoded` gave in another process. */
  static decode(encoded: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(encoded))
  }

  get encoded(): string {
    return encodeIntoCompressedBase64(this.#counts)
  }

  get count(): number {
    return this.#counts.totalCount
  }

  get maxMs(): number {
    return this.count === 0 ? 0 : fromMicroseconds(this.#counts.maxValue)
  }

  record(ms: number): void {
    this.#counts.recordValue(Math.max(0, Math.round(ms * 1_000)))
  }

  add(other: LatencyHistogram): void {
    if (other.count > 0) this.#counts.add(other.#counts)
  }

  /** 0 while nothing is counted. @param percentile - 0 to 100. */
  percentileMs(percentile: number): number {
    return this.count === 0 ? 0 : Math.min(this.maxMs, fromMicroseconds(this.#counts.getValueAtPercentile(percentile)))
  }
}

function fromMicroseconds(value: number): number {
  return value / 1_000
}
