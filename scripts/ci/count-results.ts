/** The part of vitest's JSON report that is counted. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numTotalTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

export interface StepResult {
  readonly name: string
  readonly exitCode: number
  /** Undefined for a step that is no vitest run; null for a vitest run that left no readable report. */
  readonly report?: VitestReport | null
}

export interface Count {
  readonly passed: number
  readonly failed: number
}

/**
 * Counts one step: a vitest run by its tests, anything else as one. A vitest run that reports no test, leaves no report, or fails although no test did,
 * counts as one failure more, and so does a test file that broke before its tests.
 */
export function countStep({ exitCode, report }: StepResult): Count {
  if (report === undefined) return exitCode === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
  if (report === null || report.numTotalTests === 0) return { passed: 0, failed: 1 }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  ).length
  const failed = report.numFailedTests + broken
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}

export function countAll(steps: readonly StepResult[]): Count {
  const counts = steps.map(countStep)
  return { passed: counts.reduce((sum, { passed }) => sum + passed, 0), failed: counts.reduce((sum, { failed }) => sum + failed, 0) }
}
