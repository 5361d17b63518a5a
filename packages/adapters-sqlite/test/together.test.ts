import type { DomainEvent, Storage, StorageTransaction } from '@cartwright/core/ports'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { sqliteStorage } from '../src/sqlite-storage.ts'
import { scratchFile } from './scratch.ts'

const noon = { source: 'value', at: new Date('2026-03-01T12:00:00Z') } as const
const evening = { source: 'value', at: new Date('2026-03-01T18:00:00Z') } as const

type JoinableStorage = Storage & Required<Pick<Storage, 'together'>>

async function shop(file = ':memory:'): Promise<JoinableStorage> {
  const storage = sqliteStorage({ file }) as JoinableStorage
  onTestFinished(() => storage.close())
  await storage.migrations.up()
  return storage
}

function append(tx: StorageTransaction, id: string): Promise<void> {
  const subject = { topic: 'product.changed', aggregateType: 'product', aggregateId: id, aggregateVersion: 1 }
  return tx.outbox.append([{ id, ...subject, payload: { handle: id, change: 'created' }, occurredAt: tx.now } as unknown as DomainEvent])
}

async function events(storage: Storage): Promise<readonly string[]> {
  const batch = await storage.snapshot(noon, (snapshot) => snapshot.outbox.read({ after: '0.0' as never, limit: 100 }))
  return batch.events.map(({ id, occurredAt }) => `${id} ${occurredAt.getUTCHours()}`)
}

for (const [place, open] of [
  ['in memory', () => shop()],
  ['on a file', () => shop(scratchFile())],
] as const) {
  test(`${place}: transactions run together are all there, each at its own time`, async () => {
    const storage = await open()
    const answer = await storage.together(async (joined) => {
      await joined.transaction(noon, (tx) => append(tx, 'first'))
      expect(await events(joined)).toEqual(['first 12'])
      await joined.transaction(evening, (tx) => append(tx, 'second'))
      return 'done'
    })
    expect(answer).toBe('done')
    expect(await events(storage)).toEqual(['first 12', 'second 18'])
  })

  test(`${place}: none is there when the work rejects, and the rejection gets through`, async () => {
    const storage = await open()
    const failure = new Error('stop')
    const run = storage.together(async (joined) => {
      await joined.transaction(noon, (tx) => append(tx, 'first'))
      throw failure
    })
    await expect(run).rejects.toBe(failure)
    expect(await events(storage)).toEqual([])
  })

  test(`${place}: one that rejects rolls back alone`, async () => {
    const storage = await open()
    await storage.together(async (joined) => {
      await joined.transaction(noon, (tx) => append(tx, 'kept'))
      const refused = joined.transaction(noon, async (tx) => {
        await append(tx, 'undone')
        throw new Error('no')
      })
      await expect(refused).rejects.toThrow('no')
      await joined.transaction(noon, (tx) => append(tx, 'kept too'))
    })
    expect(await events(storage)).toEqual(['kept 12', 'kept too 12'])
  })

  test(`${place}: calls made at once run in their order`, async () => {
    const storage = await open()
    const order: string[] = []
    await storage.together(async (joined) => {
      const run = (id: string) =>
        joined.transaction(noon, async (tx) => {
          order.push(`${id} begins`)
          await append(tx, id)
          order.push(`${id} ends`)
        })
      await Promise.all([run('a'), run('b')])
    })
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  test(`${place}: the storage around is refused inside, and the one handed out refuses afterwards and inside its own callbacks`, async () => {
    const storage = await open()
    let kept: Storage | undefined
    await storage.together(async (joined) => {
      kept = joined
      await expect(storage.transaction(noon, async () => undefined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      await expect(storage.together(async () => undefined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      await joined.transaction(noon, async () => {
        await expect(joined.snapshot(noon, async () => undefined)).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      })
      await expect(joined.diagnose()).rejects.toMatchObject({ code: 'NESTED_TRANSACTION' })
      await joined.close()
    })
    await expect(kept?.transaction(noon, async () => undefined)).rejects.toMatchObject({ code: 'TRANSACTION_CLOSED' })
    await storage.transaction(noon, (tx) => append(tx, 'after'))
    expect(await events(storage)).toEqual(['after 12'])
  })
}

test('other processes see nothing of it before its end', async () => {
  const file = scratchFile()
  const storage = await shop(file)
  const other = new Database(file, { readonly: true })
  onTestFinished(() => {
    other.close()
  })
  const seen = () => (other.prepare('SELECT count(*) AS events FROM outbox').get() as { events: number }).events
  await storage.together(async (joined) => {
    await joined.transaction(noon, (tx) => append(tx, 'first'))
    expect(seen()).toBe(0)
  })
  expect(seen()).toBe(1)
})
