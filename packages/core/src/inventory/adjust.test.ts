import { describe, expect, it } from 'vitest'
import { minute, StockedShop } from '../../test/stocked-shop.ts'
import type { ReservationId } from '../ids.ts'

describe('adjust', () => {
  it('makes the level of a SKU that had none', async () => {
    const shop = await StockedShop.open()
    expect(await shop.adjust({ sku: 'NEW', change: { by: 3 } })).toMatchObject({ outcome: 'adjusted', delta: 3, level: { onHand: 3, reserved: 0 } })
    expect(await shop.level('NEW')).toEqual({ onHand: 3, reserved: 0 })
  })

  it('refuses to go below nothing, by force too, and makes no level then', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    expect(await shop.adjust({ sku: 'MUG', change: { by: -3 }, shortfall: 'backorder' })).toMatchObject({
      outcome: 'reserved',
      level: { onHand: 2, reserved: 0 },
    })
    expect(await shop.adjust({ sku: 'NEW', change: { by: -1 } })).toMatchObject({ outcome: 'reserved', level: { onHand: 0 } })
    expect(await shop.level('NEW')).toBeUndefined()
  })

  it('reports no change for a count that is right already', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    expect(await shop.adjust({ sku: 'MUG', change: { to: 2 } })).toMatchObject({
      outcome: 'adjusted',
      delta: 0,
      change: { availableBefore: 2, availableAfter: 2 },
    })
  })

  it('reports the level as it is stored', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const result = await shop.adjust({ sku: 'MUG', change: { by: 2 } })
    const stored = await shop.tx((stock) => stock.levels({ skus: ['MUG'] }))
    expect(result.outcome === 'adjusted' && [result.level]).toEqual(stored)
  })
})

describe('a forced shortfall', () => {
  it('takes stock from the newest holds first, only as much as is missing, and names them', async () => {
    const shop = await StockedShop.open({ MUG: 6 })
    const oldest = await shop.held([{ sku: 'MUG', quantity: 2 }], { holder: { type: 'order', id: 'first' } })
    const middle = await shop.held([{ sku: 'MUG', quantity: 2 }], { holder: { type: 'order', id: 'second' } }, minute)
    const newest = await shop.held([{ sku: 'MUG', quantity: 2 }], { holder: { type: 'cart', id: 'third' } }, 2 * minute)
    const result = await shop.adjust({ sku: 'MUG', change: { to: 3 }, shortfall: 'backorder', reason: 'damaged' })
    expect(result).toMatchObject({
      outcome: 'adjusted',
      delta: -3,
      level: { onHand: 3, reserved: 3 },
      change: { availableBefore: 0, availableAfter: 0 },
      shortfalls: [
        { reservationId: newest, holder: { type: 'cart', id: 'third' }, units: 2 },
        { reservationId: middle, holder: { type: 'order', id: 'second' }, units: 1 },
      ],
    })
    expect(await shop.reservation(newest)).toMatchObject({ status: 'held', lines: [{ quantity: 2, held: 0, backordered: 2 }] })
    expect(await shop.reservation(middle)).toMatchObject({ lines: [{ quantity: 2, held: 1, backordered: 1 }] })
    expect(await shop.reservation(oldest)).toMatchObject({ lines: [{ quantity: 2, held: 2, backordered: 0 }] })
  })

  it('uses up what nobody was promised before it takes from a hold', async () => {
    const shop = await StockedShop.open({ MUG: 6 })
    const reservationId = await shop.held([{ sku: 'MUG', quantity: 2 }])
    expect(await shop.adjust({ sku: 'MUG', change: { to: 2 }, shortfall: 'backorder' })).toMatchObject({ outcome: 'adjusted', shortfalls: [] })
    expect(await shop.reservation(reservationId)).toMatchObject({ lines: [{ held: 2, backordered: 0 }] })
  })

  it('can be shipped once the stock has come, and released without moving more than is held', async () => {
    const shop = await StockedShop.open({ MUG: 4 })
    const shipped = await shop.committed([{ sku: 'MUG', quantity: 2 }])
    const released = await shop.held([{ sku: 'MUG', quantity: 2 }], {}, minute)
    await shop.adjust({ sku: 'MUG', change: { to: 1 }, shortfall: 'backorder' })
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 1 })

    await shop.tx((stock) => stock.release({ reservationId: released }))
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 1 })
    await shop.adjust({ sku: 'MUG', change: { by: 1 } })
    expect(await shop.consume(shipped, { MUG: 2 })).toMatchObject({ outcome: 'consumed', finished: true })
    expect(await shop.level('MUG')).toEqual({ onHand: 0, reserved: 0 })
  })

  it('keeps levels and reservations equal when counts and claims meet', async () => {
    const shop = await StockedShop.open({ MUG: 30 })
    const claims = Array.from({ length: 20 }, () => ({ id: shop.context.ids.next<ReservationId>(), quantity: 2 }))
    await Promise.all([
      ...claims.map(({ id, quantity }) => shop.reserve([{ sku: 'MUG', quantity }], { reservationId: id })),
      ...[25, 8, 12].map((to) => shop.adjust({ sku: 'MUG', change: { to }, shortfall: 'backorder' })),
    ])
    const reservations = await Promise.all(claims.map(({ id }) => shop.reservation(id)))
    const held = reservations.flatMap((reservation) => reservation?.lines ?? []).reduce((sum, line) => sum + line.held, 0)
    expect(held).toBeGreaterThan(0)
    expect(await shop.level('MUG')).toEqual({ onHand: 12, reserved: held })
  })
})
