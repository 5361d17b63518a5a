import type { LedgerEntry, LedgerQuery, LedgerReason, LevelListQuery, LocationId, Page, StockLevel } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { notACursor, pageOf } from '../engine/page.ts'
import type { SqlSession } from '../engine/session.ts'
import { toLevel } from './stock-reads.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function listLevels(session: SqlSession, query: LevelListQuery): Promise<Page<StockLevel>> {
  let select = session.db.selectFrom('stock_levels').select(['sku', 'location_id', 'on_hand', 'reserved', 'version'])
  if (query.locationId !== undefined) select = select.where('location_id', '=', query.locationId)
  if (query.availableAtMost !== undefined) select = select.where(sql<boolean>`on_hand - reserved <= ${query.availableAtMost}`)
  if (query.after !== undefined) {
    const { locationId, sku } = decodeLevelCursor(query.after)
    select = select.where(sql<boolean>`(sku, location_id) > (${sku}, ${locationId})`)
  }
  const rows = await select
    .orderBy('sku')
    .orderBy('location_id')
    .limit(query.limit + 1)
    .execute()
  return pageOf(rows.map(toLevel), query.limit, encodeLevelCursor)
}

export async function readLedger(session: SqlSession, query: LedgerQuery): Promise<Page<LedgerEntry>> {
  const { time } = session.codecs
  let select = session.db.selectFrom('stock_ledger').selectAll().where('sku', '=', query.sku)
  if (query.locationId !== undefined) select = select.where('location_id', '=', query.locationId)
  if (query.after !== undefined) {
    const { createdAt, id } = decodeLedgerCursor(query.after)
    select = select.where(sql<boolean>`(created_at, id) < (${time.encode(createdAt)}, ${id})`)
  }
  const rows = await select
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const entries = rows.map(({ id, sku, location_id, delta, reason, reference_id, note, created_at }) => ({
    id,
    sku,
    locationId: location_id as LocationId,
    delta,
    reason: reason as LedgerReason,
    referenceId: reference_id,
    note,
    createdAt: time.decode(created_at),
  }))
  return pageOf(entries, query.limit, encodeLedgerCursor)
}

type LevelCursor = Pick<StockLevel, 'sku' | 'locationId'>
type LedgerCursor = Pick<LedgerEntry, 'createdAt' | 'id'>

function encodeLevelCursor({ sku, locationId }: LevelCursor): string {
  return Buffer.from(`${locationId}~${sku}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeLevelCursor` did not make. */
function decodeLevelCursor(text: string): LevelCursor {
  const plain = Buffer.from(text, 'base64url').toString()
  const cursor = { locationId: plain.slice(0, 36) as LocationId, sku: plain.slice(37) }
  if (!uuid.test(cursor.locationId) || cursor.sku.includes('\0') || encodeLevelCursor(cursor) !== text) throw notACursor()
  return cursor
}

function encodeLedgerCursor({ createdAt, id }: LedgerCursor): string {
  return Buffer.from(`${createdAt.getTime()}~${id}`).toString('base64url')
}

/** @throws INVALID_INPUT for text that `encodeLedgerCursor` did not make. */
function decodeLedgerCursor(text: string): LedgerCursor {
  const [ms = '', id = ''] = Buffer.from(text, 'base64url').toString().split('~')
  const createdAt = new Date(/^-?\d{1,16}$/.test(ms) ? Number(ms) : Number.NaN)
  if (Number.isNaN(createdAt.getTime()) || !uuid.test(id) || encodeLedgerCursor({ createdAt, id }) !== text) throw notACursor()
  return { createdAt, id }
}
