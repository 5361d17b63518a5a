import type { Migrations, SearchIndex } from '@cartwright/core/ports'
import { expect, test } from 'vitest'
import { scriptedFaults } from './fault-plan.ts'
import { faultySearchIndex } from './faulty-search-index.ts'

const plain: SearchIndex = {
  inProcess: false,
  upsert: async () => undefined,
  remove: async () => undefined,
  clear: async () => undefined,
  query: async () => ({ total: 0, items: [], facets: [], didYouMean: null }),
  suggest: async () => ({ completions: [], products: [] }),
  close: async () => undefined,
}

test('an index that can be rebuilt, migrated and diagnosed still can, and its rebuild goes wrong as the plan says', async () => {
  const done: string[] = []
  const migrations = { up: async () => ['0001'] } as unknown as Migrations
  const index: SearchIndex = {
    ...plain,
    migrations,
    diagnose: async () => [{ check: 'search', status: 'ok', message: 'well', remedy: null }],
    rebuild: async () => ({
      upsert: async () => void done.push('upsert'),
      remove: async () => void done.push('remove'),
      finish: async (write) => void done.push(`finish ${write?.fence}`),
    }),
  }
  const plan = scriptedFaults<'upsert' | 'remove' | 'clear' | 'query', 'unavailable' | 'answer_lost'>([
    { call: 'upsert', nth: 1, fault: 'unavailable' },
    { call: 'remove', nth: 1, fault: 'answer_lost' },
  ])
  const faulty = faultySearchIndex(index, plan)
  expect(faulty.migrations).toBe(migrations)
  expect(await faulty.diagnose?.()).toMatchObject([{ message: 'well' }])
  const rebuild = await faulty.rebuild?.()
  await expect(rebuild?.upsert([])).rejects.toThrow('upsert is unavailable')
  await rebuild?.upsert([])
  await expect(rebuild?.remove([])).rejects.toThrow('the answer of remove was lost')
  await rebuild?.finish({ fence: 3 })
  expect(done).toEqual(['upsert', 'remove', 'finish 3'])
})

test('an index that can do no more than it must does not pretend to', () => {
  const plan = scriptedFaults<'upsert' | 'remove' | 'clear' | 'query', 'unavailable'>([])
  expect(Object.keys(faultySearchIndex(plain, plan)).sort()).toEqual(Object.keys(plain).sort())
})
