import { describe, expect, it } from 'vitest'
import { killAtEveryStep, killAtRandom } from '../races/cases/crash-cases.ts'
import { oneGiftCard } from '../races/cases/credit-cases.ts'
import { expiryAgainstConfirm } from '../races/cases/expiry-cases.ts'
import { oneCartManyKeys, oneKey } from '../races/cases/key-cases.ts'
import { signUps } from '../races/cases/people-cases.ts'
import { refundsAtOnce } from '../races/cases/refund-cases.ts'
import { lastUnit, mixedQuantities, oneLocation, threeLocations } from '../races/cases/stock-cases.ts'
import { firstUse, singleUse } from '../races/cases/voucher-cases.ts'
import { everyEventTwelveTimes } from '../races/cases/webhook-cases.ts'

const timeout = 240_000

describe('a planted fault is caught by its case', () => {
  it('A1 catches a stock that reads, then writes', { timeout }, async () => {
    const result = await lastUnit({ seed: 201, size: 'small', plant: 'readThenWriteStock' })
    expect(result.ok).toBe(false)
    expect(result.oversold).toBeGreaterThan(0)
  })

  it('A2 in one location and over three, and A3 with mixed quantities, catch an availability read once', { timeout }, async () => {
    for (const race of [oneLocation, threeLocations, mixedQuantities]) {
      const result = await race({ seed: 207, size: 'small', plant: 'staleAvailability' })
      expect(result.ok).toBe(false)
      expect(result.oversold).toBeGreaterThan(0)
    }
  })

  it('A4 catches a code whose uses are not counted, and A5 a limit of one customer that each process keeps for itself', { timeout }, async () => {
    const unlimited = await singleUse({ seed: 204, size: 'small', plant: 'codeNotCounted' })
    expect([unlimited.ok, unlimited.problems[0]]).toEqual([false, 'first: 64 of 64 orders have the voucher, 0 were refused'])
    const each = await firstUse({ seed: 205, size: 'small', plant: 'customerLimitFromMemory' })
    expect([each.ok, each.problems.join('\n')]).toEqual([false, expect.stringMatching(/ada: [2-4] of 32 orders have the voucher/)])
  })

  it('A6 catches credit that each process counts for itself', { timeout }, async () => {
    const result = await oneGiftCard({ seed: 211, size: 'small', plant: 'creditFromMemory' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/sold of \d+ orders by a card for three/)
  })

  it('A9 catches keys that are never remembered', { timeout }, async () => {
    const result = await oneKey({ seed: 203, size: 'small', plant: 'forgetfulKeys' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/the answers differ/)
  })

  it('A10 catches a cart that is never found ordered', { timeout }, async () => {
    const result = await oneCartManyKeys({ seed: 204, size: 'small', plant: 'noLiveOrderCheck' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/units sold instead of 1/)
  })

  it('A12 catches refunds that count only those of their own process', { timeout }, async () => {
    const result = await refundsAtOnce({ seed: 210, size: 'small', plant: 'refundBeyondCapture' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/done and done/)
  })

  it('A14 catches a release that counts twice', { timeout }, async () => {
    const result = await expiryAgainstConfirm({ seed: 205, size: 'small', plant: 'doubleRelease' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/HELD: \d+ on hand of 20 supplied/)
  })

  it('A16 catches a guest’s cart that stays open when it is merged', { timeout }, async () => {
    const result = await signUps({ seed: 210, size: 'small', plant: 'mergedTwice' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/units of HOT in the cart/)
  })

  it('C1 catches an inbox that takes an event each time it comes', { timeout }, async () => {
    const result = await everyEventTwelveTimes({ seed: 209, size: 'small', plant: 'everyDelivery' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/recorded and \d+ kept of \d+ events/)
  })

  it('B1 catches a completer that does nothing', { timeout }, async () => {
    const result = await killAtEveryStep({ seed: 206, size: 'small', plant: 'idleCompleter' })
    expect(result.ok).toBe(false)
    expect(result.problems.join('\n')).toMatch(/0 units sold of an order that was placed/)
  })

  it('B8 catches a stock that forgets what is held', { timeout }, async () => {
    const result = await killAtRandom({ seed: 208, size: 'small', plant: 'forgottenHolds' })
    expect(result.ok).toBe(false)
    expect(result.oversold).toBeGreaterThan(0)
  })
})
