import {
  CommerceError,
  type ErrorCode,
  type Now,
  type SnapshotOptions,
  type Storage,
  type StorageSnapshot,
  type StorageTransaction,
} from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'

/**
 * What can go wrong with a transaction; a snapshot knows `busy` and `unavailable` only.
 *
 * - `busy`, `unavailable`: refused before anything has run, with `STORAGE_BUSY` or `STORAGE_UNAVAILABLE`.
 * - `conflict`, `rolled_back`: runs to its end and is rolled back, with `CONFLICT` or `STORAGE_UNAVAILABLE`.
 * - `lost_commit`: is committed, and the answer is lost: `OUTCOME_UNKNOWN`.
 * - `lost_rollback`: is rolled back, and that is lost too: `OUTCOME_UNKNOWN`.
 * - `run_twice`: is rolled back after its first run and run again, as after a serialization failure. The caller notices nothing.
 */
export type StorageFault = 'busy' | 'unavailable' | 'conflict' | 'rolled_back' | 'lost_commit' | 'lost_rollback' | 'run_twice'

/** Ends a run that is to be rolled back. */
class RollBack extends Error {}

const refusals = { busy: 'STORAGE_BUSY', unavailable: 'STORAGE_UNAVAILABLE' } as const
const endings = { conflict: 'CONFLICT', rolled_back: 'STORAGE_UNAVAILABLE', lost_rollback: 'OUTCOME_UNKNOWN' } as const

/**
 * The same database, with faults. What it throws are the errors of the storage port, so a shop on it must come to no harm.
 *
 * @param plan - is asked at every `transaction` and `snapshot`.
 */
export function faultyStorage(storage: Storage, plan: FaultPlan<'transaction' | 'snapshot', StorageFault>): Storage {
  const transaction = async <T>(now: Now, work: (tx: StorageTransaction) => Promise<T>): Promise<T> => {
    const fault = plan.next('transaction')
    if (fault === undefined) return storage.transaction(now, work)
    if (fault === 'busy' || fault === 'unavailable') throw failure(refusals[fault])
    if (fault === 'lost_commit') {
      await storage.transaction(now, work)
      throw failure('OUTCOME_UNKNOWN')
    }
    await rolledBack(storage, now, work)
    if (fault === 'run_twice') return storage.transaction(now, work)
    throw failure(endings[fault])
  }
  const snapshot = async <T>(now: Now, work: (snapshot: StorageSnapshot) => Promise<T>, options?: SnapshotOptions): Promise<T> => {
    const fault = plan.next('snapshot')
    if (fault === 'busy' || fault === 'unavailable') throw failure(refusals[fault])
    return storage.snapshot(now, work, options)
  }
  return {
    name: storage.name,
    migratesOnStart: storage.migratesOnStart,
    migrations: storage.migrations,
    transaction,
    snapshot,
    refuseNested: () => storage.refuseNested(),
    diagnose: () => storage.diagnose(),
    close: () => storage.close(),
  }
}

/** Runs `work` and takes back what it wrote. @throws what `work` throws. */
async function rolledBack(storage: Storage, now: Now, work: (tx: StorageTransaction) => Promise<unknown>): Promise<void> {
  try {
    await storage.transaction(now, async (tx) => {
      await work(tx)
      throw new RollBack()
    })
  } catch (error) {
    if (!(error instanceof RollBack)) throw error
  }
}

function failure(code: ErrorCode): CommerceError {
  return new CommerceError(code, { details: code === 'CONFLICT' ? { object: 'transaction' } : {}, message: `injected fault: ${code}` })
}
