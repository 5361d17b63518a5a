import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { reportBehaviour } from './report-behaviour.ts'
import { violationBehaviour } from './violation-behaviour.ts'

/**
 * Registers tests of the `AuditReader` contract: no violation in a shop that was kept by the rules, every wrong that the stores' own verbs can write is refused
 * by a constraint or reported, and the shape of the report. I1 to I4 hold whatever the verbs are told: break them by your engine's own means, and look.
 *
 * @example
 * auditSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function auditSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: audit`, () => {
    reportBehaviour(options)
    violationBehaviour(options)
  })
}
