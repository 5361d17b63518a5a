import { expect, test } from 'vitest'
import { runSeed } from './run-seed.ts'

// A seed takes many seconds here, for every answer of the server is waited for; `npm run simulate -- --db postgres` runs more of them.
test('a simulated shop on Postgres settles, and agrees with the bank and with the reference model (seed 2)', async () => {
  const { problems, seen } = await runSeed(2, null, 'postgres')
  expect(problems).toEqual([])
  expect(seen.orders).toBeGreaterThan(0)
})
