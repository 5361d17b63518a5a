import { describe, expect, it } from 'vitest'
import { StockedShop } from '../../test/stocked-shop.ts'
import type { LocationId } from '../ids.ts'

describe('consume', () => {
  it('ships a reservation of two SKUs in two parts and ends with the last unit', async () => {
    const shop = await StockedShop.open({ MUG: 5, POT: 2 })
    const reservationId = await shop.committed([
      { sku: 'MUG', quantity: 3 },
      { sku: 'POT', quantity: 1 },
    ])
    expect(await shop.consume(reservationId, { MUG: 2 })).toMatchObject({
      outcome: 'consumed',
      finished: false,
      taken: [{ sku: 'MUG', quantity: 2, backordered: 0 }],
    })
    expect(await shop.level('MUG')).toEqual({ onHand: 3, reserved: 1 })
    expect((await shop.reservation(reservationId))?.status).toBe('committed')

    expect(await shop.consume(reservationId, { MUG: 1, POT: 1 })).toMatchObject({ outcome: 'consumed', finished: true })
    expect(await shop.level('MUG')).toEqual({ onHand: 2, reserved: 0 })
    expect(await shop.level('POT')).toEqual({ onHand: 1, reserved: 0 })
    expect(await shop.reservation(reservationId)).toMatchObject({
      status: 'consumed',
      lines: [
        { consumed: 3, held: 0 },
        { consumed: 1, held: 0 },
      ],
    })
  })

  it('takes units from every location they are held at', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const east = await shop.location('b-east' as LocationId, 'east', 1)
    await shop.adjust({ sku: 'MUG', change: { to: 2 }, locationId: east })
    const reservationId = await shop.committed([{ sku: 'MUG', quantity: 4 }])
    const result = await shop.consume(reservationId, { MUG: 3 })
    expect(result.outcome === 'consumed' && result.taken.map(({ quantity }) => quantity).sort()).toEqual([1, 2])
    const levels = [await shop.level('MUG'), await shop.level('MUG', east)]
    expect(levels.reduce((sum, level) => sum + (level?.onHand ?? 0), 0)).toBe(1)
    expect(levels.reduce((sum, level) => sum + (level?.reserved ?? 0), 0)).toBe(1)
  })

  it('takes nothing of any line when one is short', async () => {
    const shop = await StockedShop.open({ MUG: 5, POT: 2 })
    const reservationId = await shop.committed([
      { sku: 'MUG', quantity: 3 },
      { sku: 'POT', quantity: 1 },
    ])
    expect(await shop.consume(reservationId, { MUG: 1, POT: 2 })).toEqual({ outcome: 'short', sku: 'POT', requested: 2, available: 1 })
    expect(await shop.level('MUG')).toEqual({ onHand: 5, reserved: 3 })
  })

  it('ships each unit once when 16 shipments of one rest meet', async () => {
    const shop = await StockedShop.open({ MUG: 20 })
    const reservationId = await shop.committed([{ sku: 'MUG', quantity: 4 }])
    await shop.committed([{ sku: 'MUG', quantity: 10 }])
    const results = await Promise.all(Array.from({ length: 16 }, () => shop.consume(reservationId, { MUG: 1 })))
    expect(results.filter(({ outcome }) => outcome === 'consumed')).toHaveLength(4)
    expect(await shop.level('MUG')).toEqual({ onHand: 16, reserved: 10 })
  })
})

describe('backorder', () => {
  const claim = [{ sku: 'MUG', quantity: 5, backorder: true }]

  it('lives from promise over arrival to shipment', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const reservationId = await shop.committed(claim)
    expect(await shop.reservation(reservationId)).toMatchObject({ lines: [{ quantity: 5, held: 2, backordered: 3 }] })
    expect(await shop.level('MUG')).toEqual({ onHand: 2, reserved: 2 })

    expect(await shop.consume(reservationId, { MUG: 3 })).toEqual({ outcome: 'short', sku: 'MUG', requested: 3, available: 2 })
    expect(await shop.consume(reservationId, { MUG: 2 })).toMatchObject({ outcome: 'consumed', finished: false, taken: [{ quantity: 2, backordered: 0 }] })
    expect(await shop.level('MUG')).toEqual({ onHand: 0, reserved: 0 })

    await shop.adjust({ sku: 'MUG', change: { by: 4 }, reason: 'received' })
    const rest = await shop.consume(reservationId, { MUG: 3 })
    expect(rest).toMatchObject({
      outcome: 'consumed',
      finished: true,
      taken: [{ quantity: 0, backordered: 3 }],
      changes: [{ availableBefore: 4, availableAfter: 1 }],
    })
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 0 })
  })

  it('does not ship a backordered unit with stock that others are promised', async () => {
    const shop = await StockedShop.open()
    const reservationId = await shop.committed([{ sku: 'MUG', quantity: 1, backorder: true }])
    await shop.adjust({ sku: 'MUG', change: { to: 1 } })
    await shop.held([{ sku: 'MUG', quantity: 1 }])
    expect(await shop.consume(reservationId, { MUG: 1 })).toEqual({ outcome: 'short', sku: 'MUG', requested: 1, available: 0 })
  })

  it('can be promised of a SKU that never had stock, and makes its level', async () => {
    const shop = await StockedShop.open()
    const reservationId = await shop.held([{ sku: 'NEW', quantity: 2, backorder: true }])
    expect(await shop.level('NEW')).toEqual({ onHand: 0, reserved: 0 })
    expect(await shop.reservation(reservationId)).toMatchObject({ lines: [{ quantity: 2, held: 0, backordered: 2 }] })
  })

  it('goes back with the rest on release, moving only what was held', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const reservationId = await shop.held(claim)
    const released = await shop.tx((stock) => stock.release({ reservationId }))
    expect(released).toMatchObject({ outcome: 'changed', changes: [{ availableBefore: 0, availableAfter: 2 }] })
    expect(await shop.reservation(reservationId)).toMatchObject({ status: 'released', lines: [{ held: 0, backordered: 0, released: 5 }] })
    expect(await shop.level('MUG')).toEqual({ onHand: 2, reserved: 0 })
  })
})
