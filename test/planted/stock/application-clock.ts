import type { Now, Storage } from '@cartwright/core/ports'
import { overlay } from '../overlay.ts'

/** Takes the time of the machine that the shop runs on for the database's: of two machines whose clocks differ, one ends what the other has just begun. */
export function applicationClock(storage: Storage): Storage {
  const mine = (): Now => ({ source: 'value', at: new Date() })
  return overlay(storage, {
    transaction: (_now, work) => storage.transaction(mine(), work),
    snapshot: (_now, work, options) => storage.snapshot(mine(), work, options),
  })
}
