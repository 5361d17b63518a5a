import type { Storage } from '@cartwright/core/ports'
import { describe, expect, it } from 'vitest'
import { itUnless } from '../capability.ts'
import { aLocation } from '../fixtures.ts'
import { at } from '../moments.ts'
import { type StorageSuiteOptions, testStorage } from '../opened-storage.ts'

const isSchema = (text: string) => text.trim() !== ''

export function migrationBehaviour(options: StorageSuiteOptions): void {
  describe('up, down, status and plan', () => {
    const { lacks } = options
    const storage = testStorage(options)
    const pending = async ({ migrations }: Storage) => (await migrations.status()).flatMap(({ name, appliedAt }) => (appliedAt === null ? [name] : []))
    const use = async (handle: Storage) => {
      await handle.transaction(at(0), (tx) => tx.stock.ensureLocation(aLocation({ code: 'north' })))
      return (await handle.snapshot(at(0), (snapshot) => snapshot.stock.listLocations(), { fresh: true })).map(({ code }) => code)
    }

    it('applies what is pending, in the order that status names, and then nothing', async () => {
      const { migrations } = storage()
      const names = await pending(storage())
      expect(names.length).toBeGreaterThan(0)
      expect(new Set(names).size).toBe(names.length)
      expect(await migrations.up()).toEqual(names)
      expect(await migrations.status()).toEqual(names.map((name) => ({ name, appliedAt: expect.any(Date) })))
      expect(await migrations.up()).toEqual([])
      expect(await use(storage())).toEqual(['north'])
    })

    it('plans what up would run, without running it', async () => {
      const { migrations } = storage()
      const names = await pending(storage())
      const plan = await migrations.plan('up')
      expect(plan.map(({ name }) => name)).toEqual(names)
      // A step may have nothing to do on an engine; the first makes the tables.
      expect(plan[0]?.sql).not.toEqual([])
      for (const { name, sql } of plan) expect([name, sql.every(isSchema)]).toEqual([name, true])
      expect(await migrations.plan('down')).toEqual([])
      expect(await pending(storage())).toEqual(names)
      expect(await migrations.up()).toEqual(names)
      expect(await migrations.plan('up')).toEqual([])
    })

    it('plans the one step that down would undo, without undoing it', async () => {
      const { migrations } = storage()
      const names = await migrations.up()
      const plan = await migrations.plan('down')
      expect(plan.map(({ name }) => name)).toEqual(names.slice(-1))
      expect(await pending(storage())).toEqual([])
      expect(await use(storage())).toEqual(['north'])
    })

    it('undoes the newest step until none is left, and applies all of them again', async () => {
      const { migrations } = storage()
      const names = await migrations.up()
      await use(storage())
      const undone: (string | null)[] = []
      for (const _ of names) undone.push(await migrations.down())
      expect(undone).toEqual([...names].reverse())
      expect(await migrations.down()).toBeNull()
      expect(await pending(storage())).toEqual(names)
      expect(await migrations.up()).toEqual(names)
      expect(await storage().snapshot(at(0), (snapshot) => snapshot.stock.listLocations())).toEqual([])
      expect(await use(storage())).toEqual(['north'])
    })

    it('applies each step once when up is called twice at the same time', async () => {
      const names = await pending(storage())
      const applied = await Promise.all([storage().migrations.up(), storage().migrations.up()])
      expect(applied.flat().sort()).toEqual([...names].sort())
      expect(await use(storage())).toEqual(['north'])
    })

    itUnless(lacks?.secondHandle, 'applies each step once when two processes begin at the same time, and both find it done', async () => {
      const other = await storage.another()
      const names = await pending(storage())
      const applied = await Promise.all([storage().migrations.up(), other.migrations.up()])
      expect(applied.flat().sort()).toEqual([...names].sort())
      expect([await pending(storage()), await pending(other)]).toEqual([[], []])
      expect([await use(storage()), await use(other)]).toEqual([['north'], ['north']])
    })

    itUnless(lacks?.secondHandle, 'undoes a step once when two processes undo at the same time', async () => {
      const other = await storage.another()
      const names = await storage().migrations.up()
      const undone = (await Promise.all([storage().migrations.down(), other.migrations.down()])).filter((name) => name !== null)
      expect(undone).toEqual([...names].reverse().slice(0, undone.length))
      expect(await pending(storage())).toEqual([...undone].reverse())
    })

    it('is told of by the diagnosis: a remedy while steps are pending, and then no finding that needs one', async () => {
      const findings = await storage().diagnose()
      expect(findings.some(({ status, remedy }) => status !== 'ok' && remedy !== null)).toBe(true)
      await storage().migrations.up()
      const after = await storage().diagnose()
      expect(after.filter(({ status }) => status === 'error')).toEqual([])
      expect(after.length).toBeGreaterThan(0)
      for (const { check, status, message, remedy } of after) {
        expect([check, message.length > 0, remedy === null]).toEqual([check, true, status === 'ok'])
      }
    })
  })
}
