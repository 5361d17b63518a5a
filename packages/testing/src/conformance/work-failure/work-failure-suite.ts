import { describe } from 'vitest'
import type { StorageSuiteOptions } from '../opened-storage.ts'
import { oldestDueBehaviour } from './oldest-due-behaviour.ts'
import { workFailureBehaviour } from './work-failure-behaviour.ts'

/**
 * Registers tests of the `WorkFailureStore` contract: what the worker could not do is kept, listed, retried and forgotten by job and row,
 * and what has been due longest is told.
 *
 * @example
 * workFailureSuite({ name: 'my storage', open: async () => ({ storage, another, dispose: () => storage.close() }) })
 */
export function workFailureSuite(options: StorageSuiteOptions): void {
  describe(`${options.name}: work failures`, () => {
    workFailureBehaviour(options)
    oldestDueBehaviour(options)
  })
}
