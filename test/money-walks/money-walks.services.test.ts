import { expect, test } from 'vitest'
import { wipedPostgres } from '../simulation/wiped-postgres.ts'
import { takeWalk } from './take-walk.ts'
import { walkOf } from './walk.ts'

// What a walk is about is decided in core: some show that Postgres keeps it as SQLite does.
test.each([301, 1610, 1706, 2944])('walk %i leaves the money where it belongs on Postgres', async (walk) => {
  const { problems, ends } = await takeWalk(walkOf(walk), await wipedPostgres())
  expect(problems).toEqual([])
  expect(ends.length).toBeGreaterThan(0)
})
