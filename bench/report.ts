/** One comparison: ours against a baseline measured in the same run. */
export interface BenchResult {
  readonly bench: string
  readonly ours: number
  readonly baseline: number
  readonly ratio: number
  readonly unit: string
  /** What the ratio, or `ours` where there is no baseline to beat, is meant to reach. */
  readonly goal: string
  /** Whether the goal was met in this run; null where a figure is only shown. */
  readonly met: boolean | null
}

/** Prints results as a table, or as one JSON line each. */
export function printResults(results: readonly BenchResult[], json: boolean): void {
  if (json) {
    for (const result of results) console.log(JSON.stringify(result))
    return
  }
  const rows = results.map((result) => [
    result.bench,
    figure(result.ours),
    figure(result.baseline),
    figure(result.ratio),
    result.unit,
    result.goal,
    result.met === null ? '' : result.met ? 'met' : 'NOT MET',
  ])
  const table = [['bench', 'ours', 'baseline', 'ratio', 'unit', 'goal', ''], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of table)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
