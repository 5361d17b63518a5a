import { describe, expect, it } from 'vitest'
import { addedMeanwhile } from './cases/addition-cases.ts'
import { oneGiftCard } from './cases/credit-cases.ts'
import { expiryAgainstConfirm } from './cases/expiry-cases.ts'
import { oneCartManyKeys, oneKey } from './cases/key-cases.ts'
import { signUps } from './cases/people-cases.ts'
import { refundsAtOnce } from './cases/refund-cases.ts'
import { reviewedTogether } from './cases/review-cases.ts'
import { firstUse, singleUse } from './cases/voucher-cases.ts'
import { everyEventTwelveTimes } from './cases/webhook-cases.ts'
import { sound } from './sound.ts'

const timeout = 180_000

describe('four processes on one file make one order where one was asked for', () => {
  it('A9: one key ×32 is one order and one answer; with other parameters it is refused (seed 105)', { timeout }, async () => {
    expect(await oneKey({ seed: 105, size: 'small' })).toMatchObject(sound)
  })

  it('A10: one cart under 32 keys is one order (seed 106)', { timeout }, async () => {
    expect(await oneCartManyKeys({ seed: 106, size: 'small' })).toMatchObject(sound)
  })

  it('A4: a voucher for one order, 64 buyers, and again once it was given back (seed 104)', { timeout }, async () => {
    expect(await singleUse({ seed: 104, size: 'small' })).toMatchObject(sound)
  })

  it('A5: a voucher for one order of each customer, used first with 32 carts (seed 105)', { timeout }, async () => {
    expect(await firstUse({ seed: 105, size: 'small' })).toMatchObject(sound)
  })

  it('A6: a gift card of 100 is to pay 30 of each of 32 orders, and of orders that it has paid in part 60 of 100 are refunded twice (seed 106)', {
    timeout,
  }, async () => {
    expect(await oneGiftCard({ seed: 106, size: 'small' })).toMatchObject(sound)
  })

  it('A12: two refunds of 60 on 100, units refunded, removed and shipped at once, a return that everybody receives (seed 109)', { timeout }, async () => {
    expect(await refundsAtOnce({ seed: 109, size: 'small' })).toMatchObject(sound)
  })

  it('A14: holds that expire under their payments, and one reservation released ×32 (seed 107)', { timeout }, async () => {
    expect(await expiryAgainstConfirm({ seed: 107, size: 'small' })).toMatchObject(sound)
  })

  it('A16: one cart merged ×32 while it is filled, one address registered ×32, sign-ins while the password is replaced (seed 109)', { timeout }, async () => {
    expect(await signUps({ seed: 109, size: 'small' })).toMatchObject(sound)
  })

  it('A16: one customer reviews a product ×32, then all approve, edit, delete, reject and vote at once (seed 116)', { timeout }, async () => {
    expect(await reviewedTogether({ seed: 116, size: 'small' })).toMatchObject(sound)
  })

  it('A20: orders are added to while they are sent, cancelled, sent elsewhere and cut down (seed 118)', { timeout }, async () => {
    expect(await addedMeanwhile({ seed: 118, size: 'small' })).toMatchObject(sound)
  })

  it('C1: every event twelve times, in any order, while its like are acted on (seed 108)', { timeout }, async () => {
    expect(await everyEventTwelveTimes({ seed: 108, size: 'small' })).toMatchObject(sound)
  })
})
