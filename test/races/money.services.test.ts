import { describe, expect, it } from 'vitest'
import { moneyUnderFaults } from './cases/money-cases.ts'
import { sound } from './sound.ts'

describe('a hundred checkouts on Postgres through Stripe’s own library, with every fault one time in twenty', () => {
  it('lose no order, charge nobody twice, and leave no cent and no unit astray (seed 520)', { timeout: 240_000 }, async () => {
    expect(await moneyUnderFaults({ seed: 520, size: 'small', engine: 'postgres' })).toMatchObject(sound)
  })

  it('are caught when a start is repeated under a new key (seed 521)', { timeout: 240_000 }, async () => {
    const { ok, orphanCents } = await moneyUnderFaults({ seed: 521, size: 'small', engine: 'postgres', plant: 'startWithFreshKey' })
    expect({ ok, astray: orphanCents > 0 }).toEqual({ ok: false, astray: true })
  })
})
