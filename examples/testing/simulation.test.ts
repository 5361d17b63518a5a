import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { simulate } from '@cartwright/testing/simulation'
import { expect, test } from 'vitest'

test.each([1, 2, 3])('a simulated shop is sound (seed %i)', async (seed) => {
  const storage = async () => {
    const opened = sqliteStorage({ file: ':memory:' })
    await opened.migrations.up()
    return opened
  }
  const { problems } = await simulate({ seed, storage })
  expect(problems).toEqual([])
})
