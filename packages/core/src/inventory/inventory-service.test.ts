import { beforeEach, describe, expect, it } from 'vitest'
import { importProducts } from '../../test/catalogue-fixture.ts'
import { testContext } from '../../test/test-context.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { addMs } from '../time.ts'
import { InventoryService } from './inventory-service.ts'

const start = new Date('2026-01-01T00:00:00Z')
const holder = { type: 'external', id: 'till-7' } as const

let context: Awaited<ReturnType<typeof testContext>>
let inventory: InventoryService

beforeEach(async () => {
  context = await testContext()
  inventory = new InventoryService(context)
  await importProducts(context, [{ sku: 'MUG' }, { sku: 'POT' }])
})

/** The stock events so far. */
async function stockEvents(): Promise<readonly DomainEvent[]> {
  return context.storage.snapshot(context.clock.now(), async ({ outbox }) => {
    const { events } = await outbox.read({ after: await outbox.tail(), limit: 1_000, topics: ['stock.adjusted', 'stock.availability_changed'] })
    return events
  })
}

async function newEvents(work: () => Promise<unknown>): Promise<readonly Pick<DomainEvent, 'topic' | 'payload'>[]> {
  const before = (await stockEvents()).length
  await work()
  return (await stockEvents()).slice(before).map(({ topic, payload }) => ({ topic, payload }))
}

const stock = (units: number, sku = 'MUG') => inventory.adjust({ sku, to: units, reason: 'counted' })
const reserve = async (quantity: number, sku = 'MUG') => {
  const { reservationId } = await inventory.reserve({ claims: [{ sku, quantity }], holder })
  return { reservationId }
}
const level = async (sku = 'MUG') => (await inventory.levels({ skus: [sku] }))[0]

describe('locations', () => {
  it('are made once per code, and listed by preference', async () => {
    const north = await inventory.ensureLocation({ code: 'north', name: 'The north', priority: 2 })
    expect(await inventory.ensureLocation({ code: 'north', name: 'Other', priority: 9 })).toEqual(north)
    await inventory.ensureLocation({ code: 'south', priority: 1 })
    expect((await inventory.listLocations()).map(({ code, name }) => [code, name])).toEqual([
      ['south', 'south'],
      ['north', 'The north'],
    ])
  })

  it('must exist to be used, apart from main, which is made on first need', async () => {
    await expect(inventory.adjust({ sku: 'MUG', location: 'north', by: 1, reason: 'received' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { object: 'location' },
    })
    await stock(1)
    expect((await inventory.listLocations()).map(({ code }) => code)).toEqual(['main'])
    await expect(inventory.reserve({ claims: [{ sku: 'MUG', quantity: 1, locations: ['main', 'north'] }], holder })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('adjust', () => {
  it('changes the level and publishes both the adjustment and that the first unit came', async () => {
    const { id: locationId } = await inventory.ensureLocation({ code: 'main' })
    const events = await newEvents(async () => {
      expect(await inventory.adjust({ sku: 'MUG', by: 5, reason: 'received', note: 'pallet 7' })).toMatchObject({
        delta: 5,
        level: { onHand: 5, reserved: 0 },
        shortfalls: [],
      })
    })
    expect(events).toEqual([
      { topic: 'stock.adjusted', payload: { sku: 'MUG', locationId, delta: 5, reason: 'received' } },
      { topic: 'stock.availability_changed', payload: { skus: ['MUG'] } },
    ])
  })

  it('says nothing of availability while some units stay, and nothing at all without a change', async () => {
    await stock(5)
    expect((await newEvents(() => stock(3))).map(({ topic }) => topic)).toEqual(['stock.adjusted'])
    expect(await newEvents(() => stock(3))).toEqual([])
  })

  it('refuses what is reserved, changing and publishing nothing, unless the shortfall is forced', async () => {
    await stock(5)
    const { reservationId } = await reserve(4)
    const events = await newEvents(() => expect(stock(3)).rejects.toMatchObject({ code: 'STOCK_RESERVED', details: { sku: 'MUG', onHand: 5, reserved: 4 } }))
    expect(events).toEqual([])
    expect(await level()).toMatchObject({ onHand: 5, reserved: 4 })
    const forced = await inventory.adjust({ sku: 'MUG', to: 3, reason: 'damaged', shortfall: 'backorder' })
    expect(forced.shortfalls).toEqual([{ reservationId, holder, units: 1 }])
  })

  it('refuses a SKU that no product has', async () => {
    await expect(stock(1, 'TYPO')).rejects.toMatchObject({ code: 'NOT_FOUND', details: { object: 'sku' } })
  })

  it('happens once per idempotency key, and answers the same', async () => {
    const params = { sku: 'MUG', by: 5, reason: 'received', idempotencyKey: 'delivery-1' } as const
    const results = await Promise.all(Array.from({ length: 8 }, () => inventory.adjust(params)))
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
    expect(await level()).toMatchObject({ onHand: 5 })
    await expect(inventory.adjust({ ...params, by: 6 })).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it.each([
    { by: 1, to: 1 },
    {},
    { by: 1.5 },
    { to: -1 },
    { to: -0 },
    { by: Number.NaN },
    { by: '1' },
    { by: 1, reason: 'sale' },
    { by: 1, extra: true },
    { by: 2e9 },
  ])('refuses %j', async (change) => {
    await expect(inventory.adjust({ sku: 'MUG', reason: 'counted', ...(change as object) })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('reserve', () => {
  it('sums claims of one SKU before it looks', async () => {
    await stock(5)
    const twice = {
      claims: [
        { sku: 'MUG', quantity: 3 },
        { sku: 'MUG', quantity: 3 },
      ],
      holder,
    }
    await expect(inventory.reserve(twice)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { sku: 'MUG', requested: 6, available: 5 } })
    expect(await level()).toMatchObject({ reserved: 0 })
  })

  it('publishes that the last unit went, and that the first came back', async () => {
    await stock(2)
    expect(await newEvents(() => reserve(1))).toEqual([])
    const gone = [{ topic: 'stock.availability_changed', payload: { skus: ['MUG'] } }]
    let last = ''
    expect(await newEvents(async () => (last = (await reserve(1)).reservationId))).toEqual(gone)
    expect(await newEvents(() => inventory.release({ reservationId: last }))).toEqual(gone)
  })

  it('holds for as long as it is told, by default as long as the shop does', async () => {
    await stock(2)
    const { reservationId } = await inventory.reserve({ claims: [{ sku: 'MUG', quantity: 1 }], holder, ttlMs: 1_000 })
    const usual = await reserve(1)
    expect((await inventory.reservation({ reservationId })).expiresAt).toEqual(addMs(start, 1_000))
    expect((await inventory.reservation(usual)).expiresAt).toEqual(addMs(start, context.timing.holdMs))
  })

  it('can be repeated under one id', async () => {
    await stock(2)
    const reservationId = context.ids.next<string>()
    const params = { claims: [{ sku: 'MUG', quantity: 2 }], holder, reservationId }
    expect(await inventory.reserve(params)).toEqual(await inventory.reserve(params))
    expect(await level()).toMatchObject({ reserved: 2 })
  })

  it('takes from the locations named, by code', async () => {
    await stock(5)
    const { id } = await inventory.ensureLocation({ code: 'north', priority: 5 })
    await inventory.adjust({ sku: 'MUG', location: 'north', by: 2, reason: 'received' })
    const { allocations } = await inventory.reserve({ claims: [{ sku: 'MUG', quantity: 2, locations: ['north'] }], holder })
    expect(allocations).toEqual([{ sku: 'MUG', locationId: id, quantity: 2, backordered: 0 }])
  })

  it('promises beyond stock only where the claim says so', async () => {
    await stock(1)
    await expect(reserve(2)).rejects.toMatchObject({ code: 'OUT_OF_STOCK' })
    const { allocations } = await inventory.reserve({ claims: [{ sku: 'MUG', quantity: 2, backorder: true }], holder })
    expect(allocations).toMatchObject([{ quantity: 1, backordered: 1 }])
  })

  it.each([
    [[]],
    [[{ sku: 'MUG', quantity: 0 }]],
    [[{ sku: 'MUG', quantity: 1.5 }]],
    [[{ sku: 'MUG', quantity: 1, locations: [] }]],
    [[{ sku: 'MUG', quantity: 1, price: 1 }]],
  ])('refuses %j as claims', async (claims) => {
    await expect(inventory.reserve({ claims: claims as [], holder })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

describe('the life of a reservation', () => {
  const ship = (reservationId: string, quantity: number) => inventory.consume({ reservationId, lines: [{ sku: 'MUG', quantity }], referenceId: 'parcel' })

  it('goes from held over committed to consumed', async () => {
    await stock(3)
    const { reservationId } = await reserve(2)
    expect(await inventory.commit({ reservationId })).toMatchObject({ status: 'committed', expiresAt: null })
    expect(await inventory.commit({ reservationId })).toMatchObject({ status: 'committed' })
    expect(await ship(reservationId, 1)).toMatchObject({ status: 'committed', lines: [{ held: 1, consumed: 1 }] })
    await expect(ship(reservationId, 2)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', details: { requested: 2, available: 1 } })
    expect(await ship(reservationId, 1)).toMatchObject({ status: 'consumed' })
    await expect(ship(reservationId, 1)).rejects.toMatchObject({ code: 'RESERVATION_GONE', details: { status: 'consumed' } })
    await expect(inventory.release({ reservationId })).rejects.toMatchObject({ code: 'RESERVATION_GONE' })
    expect(await level()).toMatchObject({ onHand: 1, reserved: 0 })
  })

  it('can be released from held and committed, and again without effect', async () => {
    await stock(3)
    const { reservationId } = await reserve(2)
    await inventory.commit({ reservationId })
    expect(await inventory.release({ reservationId })).toMatchObject({ status: 'released' })
    expect(await newEvents(() => inventory.release({ reservationId }))).toEqual([])
    await expect(inventory.commit({ reservationId })).rejects.toMatchObject({ code: 'RESERVATION_GONE', details: { status: 'released' } })
    expect(await level()).toMatchObject({ onHand: 3, reserved: 0 })
  })

  it('extends while held, to a later time only', async () => {
    await stock(1)
    const { reservationId } = await reserve(1)
    const later = context.timing.holdMs + 1
    expect(await inventory.extend({ reservationId, ttlMs: later })).toMatchObject({ extensions: 1, expiresAt: addMs(start, later) })
    await expect(inventory.extend({ reservationId, ttlMs: 1 })).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      details: { from: 'held', event: 'extend' },
    })
    await inventory.commit({ reservationId })
    await expect(inventory.extend({ reservationId, ttlMs: later * 2 })).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION', details: { from: 'committed' } })
  })

  it('does not consume what is only held', async () => {
    await stock(1)
    const { reservationId } = await reserve(1)
    await expect(ship(reservationId, 1)).rejects.toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      details: { machine: 'reservation', from: 'held', event: 'consume' },
    })
  })

  it('is over once another claim has taken its due units', async () => {
    await stock(1)
    const { reservationId } = await reserve(1)
    context.setTime(addMs(start, context.timing.holdMs))
    await reserve(1)
    expect(await inventory.reservation({ reservationId })).toMatchObject({ status: 'expired' })
    expect(await inventory.release({ reservationId })).toMatchObject({ status: 'expired' })
    await expect(inventory.commit({ reservationId })).rejects.toMatchObject({ code: 'RESERVATION_GONE', details: { status: 'expired' } })
  })

  it('is not found under an unknown id', async () => {
    const reservationId = context.ids.next<string>()
    const missing = { code: 'NOT_FOUND', details: { object: 'reservation' } }
    await expect(inventory.reservation({ reservationId })).rejects.toMatchObject(missing)
    await expect(inventory.commit({ reservationId })).rejects.toMatchObject(missing)
    await expect(inventory.release({ reservationId })).rejects.toMatchObject(missing)
    await expect(inventory.extend({ reservationId, ttlMs: 1 })).rejects.toMatchObject(missing)
    await expect(ship(reservationId, 1)).rejects.toMatchObject(missing)
  })

  it('refuses a shipment that names a SKU twice', async () => {
    const lines = [
      { sku: 'MUG', quantity: 1 },
      { sku: 'MUG', quantity: 1 },
    ]
    await expect(inventory.consume({ reservationId: context.ids.next<string>(), lines, referenceId: 'p' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})

it('leaves books that the audit finds in order', async () => {
  await stock(10)
  await stock(4, 'POT')
  const shipped = await reserve(3)
  await inventory.commit(shipped)
  await inventory.consume({ reservationId: shipped.reservationId, lines: [{ sku: 'MUG', quantity: 2 }], referenceId: 'parcel' })
  await inventory.release(await reserve(2))
  await inventory.release(shipped)
  await reserve(4, 'POT')
  await inventory.adjust({ sku: 'POT', to: 1, reason: 'damaged', shortfall: 'backorder' })
  const checks = await context.storage.snapshot(context.clock.now(), ({ audit }) => audit.run({ graceMs: 0, sampleLimit: 5 }))
  const inventoryChecks = checks.filter(({ id }) => ['I1', 'I2', 'I3', 'I4'].includes(id))
  expect(inventoryChecks.map(({ id, violations }) => [id, violations])).toEqual([
    ['I1', 0],
    ['I2', 0],
    ['I3', 0],
    ['I4', 0],
  ])
})

describe('lists', () => {
  it('show every level, or those of one location that are low', async () => {
    await inventory.ensureLocation({ code: 'north' })
    await stock(5)
    await stock(2, 'POT')
    await inventory.adjust({ sku: 'MUG', location: 'north', by: 1, reason: 'received' })
    expect((await inventory.listLevels()).items.map(({ sku, onHand }) => [sku, onHand]).sort()).toEqual([
      ['MUG', 1],
      ['MUG', 5],
      ['POT', 2],
    ])
    expect((await inventory.listLevels({ location: 'main', availableAtMost: 2 })).items).toMatchObject([{ sku: 'POT', onHand: 2 }])
    const first = await inventory.listLevels({ limit: 2 })
    expect((await inventory.listLevels({ limit: 2, after: first.next ?? '' })).items).toMatchObject([{ sku: 'POT' }])
  })

  it('show a ledger with its reasons', async () => {
    await stock(5)
    await inventory.adjust({ sku: 'MUG', by: -1, reason: 'damaged', note: 'dropped' })
    const { items } = await inventory.ledger({ sku: 'MUG', location: 'main' })
    expect(items.map(({ delta, reason, note }) => [delta, reason, note]).sort()).toEqual([
      [-1, 'damaged', 'dropped'],
      [5, 'counted', null],
    ])
  })

  it('know no other locations, and refuse what cannot be meant', async () => {
    await expect(inventory.listLevels({ location: 'mars' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(inventory.ledger({ sku: 'MUG', location: 'mars' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(inventory.listLevels({ limit: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    await expect(inventory.ledger({ sku: 'MUG', after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  })
})
