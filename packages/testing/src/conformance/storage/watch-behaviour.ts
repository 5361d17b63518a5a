import type { Storage } from '@cartwright/core/ports'
import { describe, expect } from 'vitest'
import { itUnless } from '../capability.ts'
import { anEvent } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

/** Counts calls. */
function listener() {
  let heard = 0
  let called = Promise.withResolvers<void>()
  return {
    hear: () => {
      heard += 1
      called.resolve()
    },
    heard: () => heard,
    /** Commits events until one is heard of: a hint may be lost, and one that comes may be of an earlier commit. Ends by the test's own time. */
    hearsOf: async (commit: () => Promise<unknown>) => {
      called = Promise.withResolvers()
      while (!(await Promise.race([called.promise.then(() => true), commit().then(turn)])));
    },
  }
}

/** Lets the process hear what has arrived. */
function turn(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), 20))
}

export function watchBehaviour(options: StorageSuiteOptions): void {
  describe('watching', () => {
    const lacking = options.lacks?.watch
    const storage = testStorage(options)
    const watching = (handle: Storage, onChange: () => void) => {
      if (handle.watch === undefined) throw new Error('the storage has no `watch`: add it, or say in `lacks.watch` why there is none')
      return handle.watch(onChange)
    }
    const append = (handle: Storage) => handle.transaction(at(0), (tx) => tx.outbox.append([anEvent('A')]))

    itUnless(lacking, 'hears of events, its own and those of another handle, one commit after the other', async () => {
      const { hear, heard, hearsOf } = listener()
      const watch = watching(storage(), hear)
      const another = await storage.another()
      for (const handle of [storage(), another, storage()]) {
        const before = heard()
        await hearsOf(() => append(handle))
        expect(heard()).toBeGreaterThan(before)
      }
      await watch.close()
    })

    itUnless(lacking, 'is heard by everyone who watches, until they close', async () => {
      const [stays, leaves] = [listener(), listener()]
      const staying = watching(storage(), stays.hear)
      const leaving = watching(storage(), leaves.hear)
      await leaves.hearsOf(() => append(storage()))
      await leaving.close()
      const heardBefore = leaves.heard()
      await stays.hearsOf(() => append(storage()))
      await stays.hearsOf(() => append(storage()))
      expect(leaves.heard()).toBe(heardBefore)
      await staying.close()
    })

    itUnless(lacking ?? options.lacks?.secondHandle, 'ends with the storage', async () => {
      const another = await storage.another()
      const { hear, heard, hearsOf } = listener()
      const watch = watching(another, hear)
      await hearsOf(() => append(storage()))
      await storage.close(another)
      const heardBefore = heard()
      const witness = listener()
      const witnessing = watching(storage(), witness.hear)
      await witness.hearsOf(() => append(storage()))
      await witness.hearsOf(() => append(storage()))
      expect(heard()).toBe(heardBefore)
      await Promise.all([watch.close(), witnessing.close()])
    })
  })
}
