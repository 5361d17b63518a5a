import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { firstSeenMs, priceAfter, priceBefore, repricedElsewhere } from './repriced-elsewhere.ts'

test('a price is seen by another process within a second, and by one that hears nothing within the time to live', { timeout: 120_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-caching-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const database = { file: join(directory, 'shop.db') }
  const viewer = { database, pauseMs: 0 }
  const [hearing = [], deaf = []] = await repricedElsewhere(sqliteStorage(database), [
    { ...viewer, deaf: false, seconds: 2 },
    { ...viewer, deaf: true, seconds: 61 },
  ])
  expect(firstSeenMs(hearing, priceBefore)).toBe(0)
  expect(firstSeenMs(hearing, priceAfter)).toBe(1_000)
  expect(deaf.filter(({ atMs, amountMinor }) => atMs < 45_000 && amountMinor !== priceBefore)).toEqual([])
  expect(firstSeenMs(deaf, priceAfter)).toBeLessThanOrEqual(60_000)
})
