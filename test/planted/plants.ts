import type { Storage } from '@cartwright/core/ports'
import { doubleRelease } from './double-release.ts'
import { forgetfulKeys } from './forgetful-keys.ts'
import { forgottenHolds } from './forgotten-holds.ts'
import { idleCompleter } from './idle-completer.ts'
import { noLiveOrderCheck } from './no-live-order-check.ts'
import { readThenWriteStock } from './read-then-write-stock.ts'
import { staleAvailability } from './stale-availability.ts'

/** Faults that the named cases must catch, each as a layer over a sound storage. */
export const plants = {
  readThenWriteStock: (storage) => readThenWriteStock(storage, 'HOT'),
  staleAvailability: (storage) => staleAvailability(storage, 'HOT'),
  forgottenHolds,
  forgetfulKeys,
  noLiveOrderCheck,
  doubleRelease,
  idleCompleter,
} as const satisfies Record<string, (storage: Storage) => Storage>

export type PlantName = keyof typeof plants
