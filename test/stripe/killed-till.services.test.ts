import { it, onTestFinished } from 'vitest'
import { migratedDatabase } from '../../packages/adapters-postgres/test/scratch-database.ts'
import { expectOneCharge } from './killed-till.ts'

it.each(['payment.started', 'finalise.written', 'finalise.done'] as const)(
  'B2, B3: a till on Postgres that charges through Stripe is killed at %s, and the buyer pays once',
  async (step) => {
    const database = await migratedDatabase()
    onTestFinished(() => database.drop())
    await expectOneCharge({ postgres: database.url }, step)
  },
)
