/** What the audit checks; docs/invariants.md says what each is. */
export type AuditCheckId =
  | 'I1'
  | 'I2'
  | 'I3'
  | 'I4'
  | 'I5'
  | 'I6'
  | 'I7'
  | 'I8'
  | 'I9'
  | 'I10'
  | 'I11'
  | 'I12'
  | 'I13'
  | 'I14'
  | 'I15'
  | 'I16'
  | 'I17'
  | 'I18'
  | 'I19'
  | 'I20'
  | 'I21'
  | 'I22'
  | 'I23'

export interface AuditCheckResult {
  readonly id: AuditCheckId
  /** What must hold, in one sentence. */
  readonly invariant: string
  readonly violations: number
  /** The first few offenders: ids and figures, no personal data. */
  readonly samples: readonly Readonly<Record<string, unknown>>[]
}

export interface AuditParams {
  /** How long a hold, a payment or a key may be overdue before it counts as a violation, in ms. */
  readonly graceMs: number
  /** How many offenders to name per check. */
  readonly sampleLimit: number
}

/** Checks the invariants that SQL can see. Runs in the snapshot it is handed, so that all checks speak of one moment. */
export interface AuditReader {
  run(params: AuditParams): Promise<readonly AuditCheckResult[]>
}
