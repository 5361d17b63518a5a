/** In milliseconds, nearest rank. */
export interface Latency {
  readonly p50: number
  readonly p95: number
  readonly max: number
}

/** Times calls one after the other. @param rounds - how often each input is called; an unmeasured round comes first. */
export async function measureLatency<Input>(inputs: readonly Input[], rounds: number, call: (input: Input) => Promise<unknown>): Promise<Latency> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const input of inputs) {
      const startedAt = performance.now()
      await call(input)
      if (round > 0) times.push(performance.now() - startedAt)
    }
  }
  return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: percentile(times, 1) }
}

/** The smallest value that at least this share of all values do not exceed; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
