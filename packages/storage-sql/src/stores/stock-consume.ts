import {
  type Allocation,
  CommerceError,
  type ConsumeParams,
  type ConsumeResult,
  type LevelChange,
  type ReservationLine,
  type StockLevel,
} from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { bundleLot, levelKey, lotOf } from './stock-levels.ts'
import { readLevels, readReservationLines, readReservationStatus } from './stock-reads.ts'

export const lockReservation = preparedQuery<{ id: string }>()((db, param, dialect) =>
  db.selectFrom('reservations').select('status').where('id', '=', param('id')).modifyEnd(dialect.forUpdate),
)

const takeFromLevel = preparedQuery<{ sku: string; locationId: string; held: number; backordered: number; units: number; now: SqlTime }>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({
      on_hand: eb('on_hand', '-', param('units')),
      reserved: eb('reserved', '-', param('held')),
      version: eb('version', '+', 1),
      updated_at: param('now'),
    }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .where('reserved', '>=', param('held'))
    .where((eb) => eb(eb('on_hand', '-', eb.ref('reserved')), '>=', param('backordered')))
    .returning(['on_hand', 'reserved', bundleLot.as('lot')]),
)

const takeFromLine = preparedQuery<{ id: string; sku: string; locationId: string; held: number; backordered: number; units: number }>()((db, param) =>
  db
    .updateTable('reservation_lines')
    .set((eb) => ({
      held: eb('held', '-', param('held')),
      backordered: eb('backordered', '-', param('backordered')),
      consumed: eb('consumed', '+', param('units')),
    }))
    .where('reservation_id', '=', param('id'))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId')),
)

/** Saves what a committed reservation has become. */
export const closeCommitted = preparedQuery<{ id: string; status: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('reservations')
    .set({ status: param('status'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('status', '=', sql.lit('committed')),
)

const insertSales = bulkInsert('stock_ledger', ['id', 'sku', 'location_id', 'delta', 'reason', 'reference_id', 'note', 'created_at'])

export async function consumeUnits(session: SqlSession, params: ConsumeParams): Promise<ConsumeResult> {
  const { reservationId } = params
  const locked = await lockReservation.first(session, { id: reservationId })
  if (locked?.status !== 'committed') return { outcome: 'unchanged', status: await readReservationStatus(session, reservationId) }

  const lines = await readReservationLines(session, reservationId)
  const owed = params.lines.map(({ sku }) => sku).filter((sku) => lines.some((line) => line.sku === sku && line.backordered > 0))
  const from = lines.filter(({ locationId }) => params.locationId === undefined || locationId === params.locationId)
  const plan = planConsumption(from, await readLevels(session, owed), params.lines)
  if (plan.outcome === 'short') return plan

  const changes = await take(session, params, plan.taken)
  const left = lines.reduce((sum, line) => sum + line.held + line.backordered, 0)
  const finished = left === plan.taken.reduce((sum, { quantity, backordered }) => sum + quantity + backordered, 0)
  await closeCommitted.run(session, { id: reservationId, status: finished ? 'consumed' : 'committed', now: session.codecs.time.encode(session.now) })
  return { outcome: 'consumed', finished, taken: plan.taken, changes }
}

type ConsumptionPlan = { readonly outcome: 'planned'; readonly taken: readonly Allocation[] } | Extract<ConsumeResult, { readonly outcome: 'short' }>

/**
 * Decides from which lines each SKU's units are taken: held ones first, then backordered ones as far as stock has come.
 *
 * @param levels - of the SKUs with backordered units.
 * @returns what to take, in (sku, locationId) order.
 */
function planConsumption(lines: readonly ReservationLine[], levels: readonly StockLevel[], wanted: ConsumeParams['lines']): ConsumptionPlan {
  const available = new Map(levels.map((level) => [levelKey(level), level.onHand - level.reserved]))
  const taken = new Map<string, { held: number; backordered: number }>()
  for (const { sku, quantity: requested } of wanted) {
    const own = lines.filter((line) => line.sku === sku)
    let missing = requested
    for (const line of own) {
      const held = Math.min(missing, line.held)
      missing -= held
      taken.set(levelKey(line), { held, backordered: 0 })
    }
    for (const line of own) {
      const backordered = Math.min(missing, line.backordered, available.get(levelKey(line)) ?? 0)
      missing -= backordered
      taken.set(levelKey(line), { held: taken.get(levelKey(line))?.held ?? 0, backordered })
    }
    if (missing > 0) return { outcome: 'short', sku, requested, available: requested - missing }
  }
  return {
    outcome: 'planned',
    taken: lines.flatMap((line) => {
      const { held, backordered } = taken.get(levelKey(line)) ?? { held: 0, backordered: 0 }
      return held + backordered === 0 ? [] : [{ sku: line.sku, locationId: line.locationId, quantity: held, backordered }]
    }),
  }
}

/** @throws CONFLICT when a level has fewer units than planned, which only a concurrent transaction can cause. */
async function take(session: SqlSession, { reservationId, referenceId, nextEntryId }: ConsumeParams, taken: readonly Allocation[]): Promise<LevelChange[]> {
  const now = session.codecs.time.encode(session.now)
  const changes: LevelChange[] = []
  for (const { sku, locationId, quantity: held, backordered } of taken) {
    const units = held + backordered
    const row = await takeFromLevel.first(session, { sku, locationId, held, backordered, units, now })
    if (row === undefined) throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
    await takeFromLine.run(session, { id: reservationId, sku, locationId, held, backordered, units })
    const after = row.on_hand - row.reserved
    changes.push({ sku, locationId, availableBefore: after + backordered, availableAfter: after, ...lotOf(row.lot) })
  }
  await insertSales(
    session,
    taken.map(({ sku, locationId, quantity, backordered }) => ({
      id: nextEntryId(),
      sku,
      location_id: locationId,
      delta: -(quantity + backordered),
      reason: 'sale',
      reference_id: referenceId,
      note: null,
      created_at: now,
    })),
  )
  return changes
}
