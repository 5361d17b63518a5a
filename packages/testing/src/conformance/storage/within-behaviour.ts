import type { Storage } from '@cartwright/core/ports'
import { describe, expect } from 'vitest'
import { itUnless } from '../capability.ts'
import { aLocation } from '../fixtures.ts'
import { at, moment } from '../moments.ts'
import { joinedTo, type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

export function withinBehaviour(options: StorageSuiteOptions): void {
  describe("in the host's transaction", () => {
    const lacking = options.lacks?.within
    const storage = testStorage(options)
    const put = (handle: Storage, code: string, ms = 0) => handle.transaction(at(ms), (tx) => tx.stock.ensureLocation(aLocation({ code })))
    const codes = async (handle: Storage) =>
      (await handle.snapshot(at(0), ({ stock }) => stock.listLocations(), { fresh: true })).map(({ code }) => code).sort()

    itUnless(lacking, 'everything is there once the host has committed, each part at its own time and seeing those before it', async () => {
      const host = await storage.hostTransaction()
      const joined = joinedTo(storage(), host)
      await put(joined, 'a')
      expect(await codes(joined)).toEqual(['a'])
      const seen = await joined.transaction(at(5000), async (tx) => {
        await tx.stock.ensureLocation(aLocation({ code: 'b' }))
        return [tx.now, (await tx.stock.listLocations()).length]
      })
      expect(seen).toEqual([moment(5000), 2])
      await host.commit()
      expect(await codes(storage())).toEqual(['a', 'b'])
    })

    itUnless(lacking ?? options.lacks?.readsDuringWrites, 'nobody else sees a thing before the host commits', async () => {
      const host = await storage.hostTransaction()
      await put(joinedTo(storage(), host), 'a')
      expect(await codes(storage())).toEqual([])
      await host.commit()
      expect(await codes(storage())).toEqual(['a'])
    })

    itUnless(lacking, 'nothing is there when the host rolls back', async () => {
      const host = await storage.hostTransaction()
      await put(joinedTo(storage(), host), 'a')
      await host.rollback()
      expect(await codes(storage())).toEqual([])
    })

    itUnless(lacking, 'a rejection gets through unchanged, undoes its own part alone and leaves the rest usable', async () => {
      const host = await storage.hostTransaction()
      const joined = joinedTo(storage(), host)
      const failure = new Error('no')
      await put(joined, 'kept')
      const refused = joined.transaction(at(0), async (tx) => {
        await tx.stock.ensureLocation(aLocation({ code: 'undone' }))
        throw failure
      })
      await expect(refused).rejects.toBe(failure)
      expect(await codes(joined)).toEqual(['kept'])
      await put(joined, 'kept too')
      await host.commit()
      expect(await codes(storage())).toEqual(['kept', 'kept too'])
    })

    itUnless(lacking, 'parts run one after the other in the order of the calls, and refuse to be nested', async () => {
      const host = await storage.hostTransaction()
      const joined = joinedTo(storage(), host)
      const order: string[] = []
      const run = (code: string) =>
        joined.transaction(at(0), async (tx) => {
          order.push(`${code} begins`)
          await tx.stock.ensureLocation(aLocation({ code }))
          await expect(codes(joined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
          order.push(`${code} ends`)
        })
      await Promise.all([run('a'), run('b')])
      expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
      await host.rollback()
    })

    itUnless(lacking, 'the schema cannot be changed, and closing what was handed out ends nothing', async () => {
      const host = await storage.hostTransaction()
      const joined = joinedTo(storage(), host)
      await expect(joined.migrations.down()).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      await joined.close()
      await put(joined, 'a')
      await host.commit()
      await put(storage(), 'b')
      expect(await codes(storage())).toEqual(['a', 'b'])
    })

    itUnless(lacking, 'it refuses once the host has ended it, one way or the other', async () => {
      for (const end of ['commit', 'rollback'] as const) {
        const host = await storage.hostTransaction()
        const joined = joinedTo(storage(), host)
        await put(joined, end)
        await host[end]()
        await expect(Promise.resolve().then(() => put(joined, 'late'))).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
      }
      expect(await codes(storage())).toEqual(['commit'])
    })

    itUnless(lacking, 'what is no transaction is refused', async () => {
      const { transaction, rollback } = await storage.hostTransaction()
      for (const none of [undefined, null, 7, 'BEGIN', {}]) {
        const join = Promise.resolve().then(() => joinedTo(storage(), { transaction: none }))
        await expect(join).rejects.toMatchObject({ code: 'INVALID_INPUT' })
      }
      expect(await codes(joinedTo(storage(), { transaction }))).toEqual([])
      await rollback()
    })
  })
}
