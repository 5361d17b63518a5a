import type { Storage } from '@cartwright/core/ports'
import { describe, expect } from 'vitest'
import { itUnless } from '../capability.ts'
import { aLocation } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function togetherBehaviour(options: StorageSuiteOptions): void {
  describe('transactions together', () => {
    const lacking = options.lacks?.together
    const storage = testStorage(options)
    const together = <T>(work: (joined: Storage) => Promise<T>): Promise<T> => {
      const opened = storage()
      if (opened.together === undefined) throw new Error('the storage has no `together`: add it, or say in `lacks.together` why there is none')
      return opened.together(work)
    }
    const put = (handle: Storage, code: string, ms = 0) => handle.transaction(at(ms), (tx) => tx.stock.ensureLocation(aLocation({ code })))
    const codes = async (handle: Storage) =>
      (await handle.snapshot(at(0), ({ stock }) => stock.listLocations(), { fresh: true })).map(({ code }) => code).sort()

    itUnless(lacking, 'are all there, each at its own time and seeing those before it, and the result is handed on', async () => {
      const result = await together(async (joined) => {
        await put(joined, 'a')
        expect(await codes(joined)).toEqual(['a'])
        return joined.transaction(at(5000), async (tx) => [
          tx.now,
          (await tx.stock.listLocations()).length,
          await tx.stock.ensureLocation(aLocation({ code: 'b' })),
        ])
      })
      expect(result).toMatchObject([moment(5000), 1, { code: 'b' }])
      expect(await codes(storage())).toEqual(['a', 'b'])
    })

    itUnless(lacking, 'are none of them there when the work rejects, and the rejection gets through unchanged', async () => {
      const failure = new Error('stop')
      const run = together(async (joined) => {
        await put(joined, 'a')
        throw failure
      })
      await expect(run).rejects.toBe(failure)
      expect(await codes(storage())).toEqual([])
    })

    itUnless(lacking, 'roll back alone when their callback rejects', async () => {
      await together(async (joined) => {
        await put(joined, 'kept')
        const refused = joined.transaction(at(0), async (tx) => {
          await tx.stock.ensureLocation(aLocation({ code: 'undone' }))
          throw new Error('no')
        })
        await expect(refused).rejects.toThrow('no')
        await put(joined, 'kept too')
      })
      expect(await codes(storage())).toEqual(['kept', 'kept too'])
    })

    itUnless(lacking, 'run one after the other in the order of the calls', async () => {
      const order: string[] = []
      await together(async (joined) => {
        const run = (code: string) =>
          joined.transaction(at(0), async (tx) => {
            order.push(`${code} begins`)
            await tx.stock.ensureLocation(aLocation({ code }))
            order.push(`${code} ends`)
          })
        await Promise.all([run('a'), run('b')])
      })
      expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
    })

    itUnless(lacking, 'refuse the storage around them, and nesting in themselves', async () => {
      await together(async (joined) => {
        await expect(put(storage(), 'outer')).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
        await expect(Promise.resolve().then(() => together(async () => undefined))).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
        await joined.transaction(at(0), async () => {
          await expect(codes(joined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
        })
      })
      expect(await codes(storage())).toEqual([])
    })

    itUnless(lacking, 'cannot be joined after their end, and closing what was handed out closes nothing', async () => {
      let kept: Storage | undefined
      await together(async (joined) => {
        kept = joined
        await joined.close()
        await put(joined, 'a')
      })
      await expect(Promise.resolve().then(() => put(kept as Storage, 'late'))).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
      await put(storage(), 'b')
      expect(await codes(storage())).toEqual(['a', 'b'])
    })
  })
}
