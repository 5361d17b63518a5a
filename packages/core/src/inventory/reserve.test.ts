import { describe, expect, it } from 'vitest'
import { minute, moment, StockedShop } from '../../test/stocked-shop.ts'
import type { LocationId, ReservationId } from '../ids.ts'

const one = [{ sku: 'MUG', quantity: 1 }]

describe('reserve', () => {
  it('gives exactly 5 of 5 units to 20 claims at once, one each', async () => {
    const shop = await StockedShop.open({ MUG: 5 })
    const results = await Promise.all(Array.from({ length: 20 }, () => shop.reserve(one)))
    expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(5)
    expect(results.filter(({ outcome }) => outcome === 'insufficient')).toHaveLength(15)
    expect(await shop.level('MUG')).toEqual({ onHand: 5, reserved: 5 })
  })

  it('leaves nothing unsold and nothing oversold when claims of 1 to 7 meet over three locations', async () => {
    const shop = await StockedShop.open({ MUG: 40 })
    const east = await shop.location('b-east' as LocationId, 'east', 1)
    const west = await shop.location('c-west' as LocationId, 'west', 2)
    await shop.adjust({ sku: 'MUG', change: { to: 30 }, locationId: east })
    await shop.adjust({ sku: 'MUG', change: { to: 30 }, locationId: west })
    const wanted = Array.from({ length: 64 }, (_, index) => (index % 7) + 1)
    const results = await Promise.all(wanted.map((quantity) => shop.reserve([{ sku: 'MUG', quantity }])))
    const held = results.reduce(
      (sum, result) => sum + (result.outcome === 'held' ? result.allocations.reduce((units, { quantity }) => units + quantity, 0) : 0),
      0,
    )
    expect(held).toBe(100)
    const levels = await Promise.all([shop.main, east, west].map((location) => shop.level('MUG', location)))
    expect(levels.reduce((sum, level) => sum + (level?.reserved ?? 0), 0)).toBe(100)
  })

  it('reports a repeated reservation as held though nothing is left', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    const reservationId = shop.context.ids.next<ReservationId>()
    const first = await shop.reserve(one, { reservationId })
    const again = await shop.reserve(one, { reservationId })
    expect(again).toEqual({ ...first, changes: [] })
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 1 })
  })

  it('holds once when one reservation is asked for 16 times at once', async () => {
    const shop = await StockedShop.open({ MUG: 20 })
    const reservationId = shop.context.ids.next<ReservationId>()
    const results = await Promise.all(Array.from({ length: 16 }, () => shop.reserve(one, { reservationId })))
    expect(results.every(({ outcome }) => outcome === 'held')).toBe(true)
    expect(await shop.level('MUG')).toEqual({ onHand: 20, reserved: 1 })
  })

  it('reports a committed reservation as held, too', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    const reservationId = await shop.committed(one)
    expect(await shop.reserve(one, { reservationId })).toMatchObject({ outcome: 'held', allocations: [{ sku: 'MUG', quantity: 1 }], changes: [] })
  })

  it('does not bring an ended reservation back', async () => {
    const shop = await StockedShop.open({ MUG: 5 })
    const reservationId = await shop.held(one)
    await shop.tx((stock) => stock.release({ reservationId }))
    await expect(shop.reserve(one, { reservationId })).rejects.toMatchObject({ code: 'RESERVATION_GONE', details: { status: 'released' } })
    expect(await shop.level('MUG')).toEqual({ onHand: 5, reserved: 0 })
  })

  it('holds two lines of a SKU at two locations and reports both changes', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const east = await shop.location('b-east' as LocationId, 'east', 1)
    await shop.adjust({ sku: 'MUG', change: { to: 2 }, locationId: east })
    const result = await shop.reserve([{ sku: 'MUG', quantity: 3 }])
    expect(result.outcome === 'held' && result.changes.map(({ availableBefore, availableAfter }) => [availableBefore, availableAfter]).sort()).toEqual([
      [2, 0],
      [2, 1],
    ])
  })
})

describe('reserve, with holds whose time is up', () => {
  it('takes over as many due holds as there are, of its own SKUs only, and reports each level once', async () => {
    const shop = await StockedShop.open({ MUG: 3, POT: 1 })
    const first = await shop.held([{ sku: 'MUG', quantity: 1 }], { expiresAt: moment(minute) })
    const second = await shop.held([{ sku: 'MUG', quantity: 2 }], { expiresAt: moment(2 * minute) })
    const other = await shop.held([{ sku: 'POT', quantity: 1 }], { expiresAt: moment(minute) })
    const result = await shop.reserve([{ sku: 'MUG', quantity: 3 }], {}, 2 * minute)
    expect(result).toMatchObject({ outcome: 'held', expired: [first, second], changes: [{ sku: 'MUG', availableBefore: 0, availableAfter: 0 }] })
    expect(await shop.level('MUG')).toEqual({ onHand: 3, reserved: 3 })
    expect(await shop.reservation(first)).toMatchObject({ status: 'expired', expiresAt: null, lines: [{ held: 0, released: 1 }] })
    expect((await shop.reservation(other))?.status).toBe('held')
  })

  it('gives back every SKU of a hold that it takes over', async () => {
    const shop = await StockedShop.open({ MUG: 1, POT: 4 })
    await shop.held(
      [
        { sku: 'MUG', quantity: 1 },
        { sku: 'POT', quantity: 3 },
      ],
      { expiresAt: moment(minute) },
    )
    const result = await shop.reserve(one, {}, minute)
    expect(result.outcome === 'held' && result.changes).toContainEqual(expect.objectContaining({ sku: 'POT', availableBefore: 1, availableAfter: 4 }))
    expect(await shop.level('POT')).toEqual({ onHand: 4, reserved: 0 })
  })

  it('expires nothing when it is short all the same, and counts what is due as available', async () => {
    const shop = await StockedShop.open({ MUG: 5 })
    const due = await shop.held([{ sku: 'MUG', quantity: 2 }], { expiresAt: moment(minute) })
    await shop.held([{ sku: 'MUG', quantity: 3 }], { expiresAt: moment(9 * minute) })
    expect(await shop.reserve([{ sku: 'MUG', quantity: 3 }], {}, minute)).toEqual({ outcome: 'insufficient', sku: 'MUG', requested: 3, available: 2 })
    expect((await shop.reservation(due))?.status).toBe('held')
  })

  it('leaves due holds alone while there is enough without them', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    const due = await shop.held(one, { expiresAt: moment(minute) })
    expect(await shop.reserve(one, {}, minute)).toMatchObject({ outcome: 'held', expired: [] })
    expect((await shop.reservation(due))?.status).toBe('held')
  })

  it('gives one due unit to exactly one of 20 claims', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    await shop.held(one, { expiresAt: moment(minute) })
    const results = await Promise.all(Array.from({ length: 20 }, () => shop.reserve(one, {}, 2 * minute)))
    expect(results.filter(({ outcome }) => outcome === 'held')).toHaveLength(1)
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 1 })
  })

  it('takes due units rather than promise backorders', async () => {
    const shop = await StockedShop.open({ MUG: 2 })
    await shop.held([{ sku: 'MUG', quantity: 2 }], { expiresAt: moment(minute) })
    const result = await shop.reserve([{ sku: 'MUG', quantity: 2, backorder: true }], {}, minute)
    expect(result).toMatchObject({ outcome: 'held', allocations: [{ quantity: 2, backordered: 0 }] })
  })
})

describe('release', () => {
  it('gives back once, however often it is repeated', async () => {
    const shop = await StockedShop.open({ MUG: 5 })
    const reservationId = await shop.held([{ sku: 'MUG', quantity: 2 }])
    await shop.held([{ sku: 'MUG', quantity: 2 }])
    const results = await Promise.all(Array.from({ length: 32 }, () => shop.tx((stock) => stock.release({ reservationId }))))
    expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1)
    expect(results.filter((result) => result.outcome === 'unchanged' && result.status === 'released')).toHaveLength(31)
    expect(await shop.level('MUG')).toEqual({ onHand: 5, reserved: 2 })
  })

  it('ends a due hold once when a release, a commit, a sweep and a takeover meet', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    const reservationId = await shop.held(one, { expiresAt: moment(minute) })
    const [released, committed, swept, taken] = await Promise.all([
      shop.tx((stock) => stock.release({ reservationId }), minute),
      shop.tx((stock) => stock.commit({ reservationId }), minute),
      shop.tx((stock) => stock.expireDue({ limit: 10 }), minute),
      shop.reserve(one, {}, minute),
    ])
    const endings = [
      released.outcome === 'changed',
      committed.outcome === 'changed',
      swept.expired.length > 0,
      taken.outcome === 'held' && taken.expired.length > 0,
    ]
    expect(endings.filter(Boolean)).toHaveLength(1)
    expect(await shop.level('MUG')).toEqual({ onHand: 1, reserved: 1 })
  })
})

describe('extend', () => {
  it('moves the expiry later, as often as allowed, and never earlier', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    const reservationId = await shop.held(one, { expiresAt: moment(10 * minute) })
    const extend = (ms: number) => shop.tx((stock) => stock.extend({ reservationId, expiresAt: moment(ms), maxExtensions: 2 }))
    expect(await extend(10 * minute)).toEqual({ outcome: 'unchanged', status: 'held' })
    expect(await extend(5 * minute)).toEqual({ outcome: 'unchanged', status: 'held' })
    expect(await extend(11 * minute)).toEqual({ outcome: 'changed', changes: [] })
    expect(await extend(12 * minute)).toEqual({ outcome: 'changed', changes: [] })
    expect(await extend(13 * minute)).toEqual({ outcome: 'unchanged', status: 'held' })
    expect(await shop.reservation(reservationId)).toMatchObject({ expiresAt: moment(12 * minute), extensions: 2 })
  })

  it('grants one of eight extensions that meet when one is allowed', async () => {
    const shop = await StockedShop.open({ MUG: 1 })
    const reservationId = await shop.held(one)
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => shop.tx((stock) => stock.extend({ reservationId, expiresAt: moment((20 + index) * minute), maxExtensions: 1 }))),
    )
    expect(results.filter(({ outcome }) => outcome === 'changed')).toHaveLength(1)
  })
})
