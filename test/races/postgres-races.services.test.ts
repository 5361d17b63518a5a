import type { StrategyName } from '@cartwright/core'
import { describe, expect, it } from 'vitest'
import { addedMeanwhile } from './cases/addition-cases.ts'
import { addedDuringCheckout, cancelAgainstPay, editedAfterPayment } from './cases/cart-cases.ts'
import { oneGiftCard } from './cases/credit-cases.ts'
import { everyOrderOfEvents } from './cases/event-order-case.ts'
import { expiryAgainstConfirm } from './cases/expiry-cases.ts'
import { heldCarts } from './cases/hold-cases.ts'
import { oneCartManyKeys, oneKey } from './cases/key-cases.ts'
import { reversedLines } from './cases/lock-order-cases.ts'
import { signUps } from './cases/people-cases.ts'
import { refundsAtOnce } from './cases/refund-cases.ts'
import { reviewedTogether } from './cases/review-cases.ts'
import { lastUnit, mixedQuantities, oneLocation, threeLocations } from './cases/stock-cases.ts'
import { firstUse, singleUse } from './cases/voucher-cases.ts'
import { everyEventTwelveTimes } from './cases/webhook-cases.ts'
import { sound } from './sound.ts'

const strategies: readonly StrategyName[] = ['conditional', 'optimistic', 'pessimistic', 'batched']

describe.each(strategies)('four processes on one Postgres database, %s', (strategy) => {
  const on = (seed: number) => ({ seed, size: 'small', engine: 'postgres', strategy }) as const

  it('A1: the last unit to one of 64 buyers (seed 501)', async () => {
    expect(await lastUnit(on(501))).toMatchObject(sound)
  })

  it('A11: opposite carts with bundles of their goods (seed 511)', async () => {
    expect(await reversedLines(on(511))).toMatchObject(sound)
  })

  it('A2: 25 units that lie in three locations to 25 of 160 buyers (seed 503)', async () => {
    expect(await threeLocations(on(503))).toMatchObject(sound)
  })

  it('A3: 100 units to 64 buyers of one to seven (seed 504)', async () => {
    expect(await mixedQuantities(on(504))).toMatchObject(sound)
  })
})

// The other strategies meet in these as `conditional` does; `npm run torture -- --db postgres` runs them all.
describe('four processes on one Postgres database, crowded', () => {
  const on = (seed: number, strategy: StrategyName) => ({ seed, size: 'small', engine: 'postgres', strategy }) as const

  it('A2: 25 units to 25 of 160 buyers (seed 502)', async () => {
    expect(await oneLocation(on(502, 'conditional'))).toMatchObject(sound)
  })

  it('A9: one key ×32 is one order and one answer; with other parameters it is refused (seed 505)', async () => {
    expect(await oneKey(on(505, 'conditional'))).toMatchObject(sound)
  })

  it('A7: a line is added while the cart is checked out (seed 517)', async () => {
    expect(await addedDuringCheckout(on(517, 'conditional'))).toMatchObject(sound)
  })

  it('A8: a second tab edits the cart after the payment exists (seed 518)', async () => {
    expect(await editedAfterPayment(on(518, 'conditional'))).toMatchObject(sound)
  })

  it('A17: one customer holds eight carts ×4, and held carts get their orders (seed 521)', async () => {
    expect(await heldCarts(on(521, 'conditional'))).toMatchObject(sound)
  })

  it('A13: orders are cancelled while they are paid (seed 519)', async () => {
    expect(await cancelAgainstPay(on(519, 'conditional'))).toMatchObject(sound)
  })

  it('A10: one cart under 32 keys is one order (seed 506)', async () => {
    expect(await oneCartManyKeys(on(506, 'conditional'))).toMatchObject(sound)
  })

  it('A4: a voucher for one order, 64 buyers, and again once it was given back (seed 504)', async () => {
    expect(await singleUse(on(504, 'conditional'))).toMatchObject(sound)
  })

  it('A5: a voucher for one order of each customer, used first with 32 carts (seed 505)', async () => {
    expect(await firstUse(on(505, 'conditional'))).toMatchObject(sound)
  })

  it('A6: a gift card of 100 is to pay 30 of each of 32 orders, and of orders that it has paid in part 60 of 100 are refunded twice (seed 522)', async () => {
    expect(await oneGiftCard(on(522, 'conditional'))).toMatchObject(sound)
  })

  it('A12: two refunds of 60 on 100, units refunded, removed and shipped at once, a return that everybody receives (seed 509)', async () => {
    expect(await refundsAtOnce(on(509, 'conditional'))).toMatchObject(sound)
  })

  it('A16: one cart merged ×32 while it is filled, one address registered ×32, sign-ins while the password is replaced (seed 509)', async () => {
    expect(await signUps(on(509, 'conditional'))).toMatchObject(sound)
  })

  it('A16: one customer reviews a product ×32, then all approve, edit, delete, reject and vote at once (seed 516)', async () => {
    expect(await reviewedTogether(on(516, 'conditional'))).toMatchObject(sound)
  })

  it('A20: orders are added to while they are sent, cancelled, sent elsewhere and cut down (seed 518)', async () => {
    expect(await addedMeanwhile(on(518, 'conditional'))).toMatchObject(sound)
  })

  it('C1: every event twelve times, in any order, while its like are acted on (seed 508)', async () => {
    expect(await everyEventTwelveTimes(on(508, 'conditional'))).toMatchObject(sound)
  })

  it('C2, C5: an order of the events of a payment for one in four histories and states (seed 509)', async () => {
    expect(await everyOrderOfEvents(on(509, 'conditional'))).toMatchObject(sound)
  })

  it.each(['conditional', 'batched'] as const)(
    'A14: holds that expire under their payments, and one reservation released ×32, %s (seed 507)',
    async (strategy) => {
      expect(await expiryAgainstConfirm(on(507, strategy))).toMatchObject(sound)
    },
  )
})
