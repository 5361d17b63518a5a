import { sqliteDialect } from '@cartwright/adapters-sqlite'
import type { LocationId, ReservationId, StockClaim, Storage } from '@cartwright/core/ports'
import Database from 'better-sqlite3'
import { beforeEach, describe, expect, it } from 'vitest'
import type { SqlConnection } from '../engine/connection.ts'
import { sqlStorage } from '../sql-storage.ts'

// SQLite runs one writer at a time, so what a plan has read always still holds. Other engines do not promise that: here a rival changes the rows right
// after they are read, inside the same transaction, as a concurrent one could elsewhere.

const location = 'location-1' as LocationId
const at = { source: 'value', at: new Date('2026-01-01T00:00:00Z') } as const
const expiresAt = new Date('2026-01-01T00:15:00Z')

let database: Database.Database
let storage: Storage
/** What somebody else does around each reading of levels. */
let rival: { before?: () => void; after?: () => void }

beforeEach(async () => {
  database = new Database(':memory:')
  rival = {}
  storage = racedStorage()
  await storage.migrations.up()
  await storage.transaction(at, async (tx) => {
    await tx.stock.ensureLocation({ id: location, code: 'main', name: 'main', priority: 0, active: true })
    for (const sku of ['CUP', 'MUG']) {
      await tx.stock.adjust({ entryId: `received-${sku}`, sku, locationId: location, change: { to: 5 }, reason: 'received', note: null, shortfall: 'refuse' })
    }
  })
})

function racedStorage(): Storage {
  const connection: SqlConnection = {
    execute: (sql, parameters) => {
      const statement = database.prepare(sql)
      if (!statement.reader) return { rows: [], changes: statement.run(...parameters).changes }
      const readsLevels = sql.startsWith('select') && sql.includes('"stock_levels"')
      if (readsLevels) rival.before?.()
      const rows = statement.all(...parameters)
      if (readsLevels) rival.after?.()
      return { rows, changes: 0 }
    },
    now: () => at.at,
  }
  const write = async <T>(work: (connection: SqlConnection) => Promise<T>): Promise<T> => {
    database.exec('BEGIN IMMEDIATE')
    try {
      const result = await work(connection)
      database.exec('COMMIT')
      return result
    } catch (error) {
      database.exec('ROLLBACK')
      throw error
    }
  }
  const connections = { write, migrate: write, read: write, close: async () => undefined }
  return sqlStorage({ dialect: sqliteDialect, connections, migratesOnStart: true, diagnose: async () => [] })
}

function setReserved(sku: string, units: number): void {
  database.prepare('UPDATE stock_levels SET reserved = ?, version = version + 1 WHERE sku = ?').run(units, sku)
}

/** Somebody takes units of the SKU right after levels have been read for the first time. */
function takeOnce(sku: string, units: number): void {
  rival.after = () => {
    setReserved(sku, units)
    rival = {}
  }
}

function reserve(claims: readonly StockClaim[]) {
  return storage.transaction(at, (tx) =>
    tx.stock.reserve({ reservationId: 'reservation-1' as ReservationId, holder: { type: 'external', id: 'x' }, claims, expiresAt }),
  )
}

const reserved = (sku: string) => database.prepare('SELECT reserved FROM stock_levels WHERE sku = ?').pluck().get(sku)
const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

describe('a claim whose plan is overtaken', () => {
  const both = [
    { sku: 'CUP', quantity: 2 },
    { sku: 'MUG', quantity: 3 },
  ]

  it('is planned anew and held when there is still enough', async () => {
    takeOnce('MUG', 2)
    const changes = [
      { sku: 'CUP', availableBefore: 5, availableAfter: 3 },
      { sku: 'MUG', availableBefore: 3, availableAfter: 0 },
    ]
    expect(await reserve(both)).toMatchObject({ outcome: 'held', changes })
    expect([reserved('CUP'), reserved('MUG')]).toEqual([2, 5])
  })

  it('is refused, with nothing left behind of what it had taken, when there is not', async () => {
    takeOnce('MUG', 3)
    expect(await reserve(both)).toEqual({ outcome: 'insufficient', sku: 'MUG', requested: 3, available: 2 })
    expect([reserved('CUP'), reserved('MUG'), count('reservations'), count('reservation_lines')]).toEqual([0, 3, 0, 0])
  })

  it('ends as a conflict that may be retried when that goes on', async () => {
    let readings = 0
    rival = {
      before: () => {
        setReserved('MUG', 0)
        readings += 1
      },
      after: () => setReserved('MUG', 5),
    }
    await expect(reserve(both)).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
    expect(readings).toBe(5)
    expect([reserved('CUP'), reserved('MUG'), count('reservations')]).toEqual([0, 0, 0])
  })
})

describe('a count that is overtaken', () => {
  const adjust = (change: { by: number } | { to: number }) =>
    storage.transaction(at, (tx) =>
      tx.stock.adjust({ entryId: 'counted-1', sku: 'MUG', locationId: location, change, reason: 'counted', note: null, shortfall: 'refuse' }),
    )

  it('starts from what is there then', async () => {
    takeOnce('MUG', 2)
    expect(await adjust({ by: -3 })).toMatchObject({ outcome: 'adjusted', delta: -3, level: { onHand: 2, reserved: 2 } })
    expect(reserved('MUG')).toBe(2)
  })

  it('is refused when it no longer leaves what is reserved', async () => {
    takeOnce('MUG', 3)
    expect(await adjust({ to: 2 })).toMatchObject({ outcome: 'reserved', level: { onHand: 5, reserved: 3 } })
  })

  it('ends as a conflict that may be retried when that goes on', async () => {
    rival = { after: () => setReserved('MUG', 1) }
    await expect(adjust({ to: 4 })).rejects.toMatchObject({ code: 'CONFLICT', retryable: true })
  })
})

describe('a shipment of backordered units that is overtaken', () => {
  it('ends as a conflict and ships nothing', async () => {
    const reservationId = 'reservation-1' as ReservationId
    setReserved('MUG', 5)
    await reserve([{ sku: 'MUG', quantity: 1, backorder: true }])
    await storage.transaction(at, (tx) => tx.stock.commit({ reservationId }))
    setReserved('MUG', 4)
    takeOnce('MUG', 5)
    const shipment = storage.transaction(at, (tx) =>
      tx.stock.consume({ reservationId, lines: [{ sku: 'MUG', quantity: 1 }], referenceId: 'parcel', nextEntryId: () => 'sale-1' }),
    )
    await expect(shipment).rejects.toMatchObject({ code: 'CONFLICT' })
    expect([reserved('MUG'), count('stock_ledger')]).toEqual([4, 2])
  })
})
