import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { manualClock, quickPasswords } from '@cartwright/testing'
import { Pool } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migratedDatabase } from './scratch-database.ts'

test('no more tokens are pruned at once than were asked for, whatever plan is chosen', async () => {
  const { url, drop } = await migratedDatabase()
  onTestFinished(drop)
  // Leaves the planner nothing but to ask anew for each row.
  const pool = new Pool({
    connectionString: url,
    options: '-c enable_hashagg=off -c enable_sort=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off',
  })
  onTestFinished(() => pool.end())
  const storage = postgresStorage({ pool })
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  await using commerce = await createCommerce({ storage, currency: 'USD', clock, accounts: { passwords: quickPasswords() } })
  for (let index = 0; index < 6; index += 1) await commerce.accounts.register({ email: `${index}@example.com`, password: 'correct horse battery', name: 'Ada' })
  const before = new Date('2027-03-01T12:00:00Z')
  const forget = (limit: number) => storage.transaction(clock.now(), (tx) => tx.accounts.forgetConfirmations({ before, limit }))
  expect([await forget(2), await forget(3), await forget(10)]).toEqual([2, 3, 1])
})
