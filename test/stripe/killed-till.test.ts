import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it, onTestFinished } from 'vitest'
import { expectOneCharge, stepsAroundCharge } from './killed-till.ts'

it.each(stepsAroundCharge)('B2, B3: a till that charges through Stripe is killed at %s, and the buyer pays once', async (step) => {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-till-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  await expectOneCharge({ file: join(directory, 'shop.db') }, step)
})
