import type { LocationId, RecountResult } from '@cartwright/core/ports'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import { bundleLot, lotOf } from './stock-levels.ts'

const lockLevel = preparedQuery<{ sku: string; locationId: string }>()((db, param, dialect) =>
  db
    .selectFrom('stock_levels')
    .select(['on_hand', 'reserved'])
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .modifyEnd(dialect.forUpdate),
)

const heldUnits = preparedQuery<{ sku: string; locationId: string }>()((db, param) =>
  db
    .selectFrom('reservation_lines')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number | string>('held'), eb.lit(0)).as('held'))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId')),
)

const setReserved = preparedQuery<{ sku: string; locationId: string; reserved: number; now: SqlTime }>()((db, param) =>
  db
    .updateTable('stock_levels')
    .set((eb) => ({ reserved: param('reserved'), version: eb('version', '+', 1), updated_at: param('now') }))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .returning(bundleLot.as('lot')),
)

/**
 * Brings a level's counter in line with its reservations. They are counted by a statement of its own, once the level is locked: whoever moves units writes the level
 * too, so what cannot be seen then has not moved the counter either.
 */
export async function recountLevel(session: SqlSession, level: { readonly sku: string; readonly locationId: LocationId }): Promise<RecountResult> {
  const locked = await lockLevel.first(session, { ...level })
  if (locked === undefined) return { outcome: 'missing' }
  const { on_hand: onHand, reserved: reservedBefore } = locked
  const held = Number((await heldUnits.first(session, { ...level }))?.held ?? 0)
  if (held === reservedBefore) return { outcome: 'right' }
  if (held > onHand) return { outcome: 'short', onHand, held }
  const written = await setReserved.first(session, { ...level, reserved: held, now: session.codecs.time.encode(session.now) })
  const change = { ...level, availableBefore: onHand - reservedBefore, availableAfter: onHand - held, ...lotOf(written?.lot ?? null) }
  return { outcome: 'recounted', reservedBefore, reserved: held, change }
}
