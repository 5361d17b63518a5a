import { describe, expect, it } from 'vitest'
import { moneyUnderFaults } from './cases/money-cases.ts'
import { sound } from './sound.ts'

describe('a hundred checkouts through Stripe’s own library, with every fault one time in twenty', () => {
  it('lose no order, charge nobody twice, and leave no cent and no unit astray (seed 120)', { timeout: 240_000 }, async () => {
    const { report, ...result } = await moneyUnderFaults({ seed: 120, size: 'small' })
    expect(result).toMatchObject(sound)
    expect(report).toMatchObject({ checkouts: 100, 'fault error_after': expect.any(Number), 'fault hang_after': expect.any(Number) })
  })
})
