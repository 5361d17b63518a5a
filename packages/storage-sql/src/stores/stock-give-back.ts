import { type Allocation, CommerceError, type GiveBackParams, type GiveBackResult, type LevelChange, type ReservationLine } from '@cartwright/core/ports'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { closeCommitted, lockReservation } from './stock-consume.ts'
import { unreserveAll } from './stock-levels.ts'
import { readReservationLines, readReservationStatus } from './stock-reads.ts'

const releaseFromLine = preparedQuery<{ id: string; sku: string; locationId: string; held: number; backordered: number; units: number }>()((db, param) =>
  db
    .updateTable('reservation_lines')
    .set((eb) => ({
      held: eb('held', '-', param('held')),
      backordered: eb('backordered', '-', param('backordered')),
      released: eb('released', '+', param('units')),
    }))
    .where('reservation_id', '=', param('id'))
    .where('sku', '=', param('sku'))
    .where('location_id', '=', param('locationId'))
    .where('held', '>=', param('held'))
    .where('backordered', '>=', param('backordered')),
)

/** @throws CONFLICT when a line has fewer units than planned, which only a concurrent transaction can cause. */
export async function giveBackUnits(session: SqlSession, params: GiveBackParams): Promise<GiveBackResult> {
  const { reservationId, sku, quantity: requested } = params
  const locked = await lockReservation.first(session, { id: reservationId })
  if (locked?.status !== 'committed') return { outcome: 'unchanged', status: await readReservationStatus(session, reservationId) }

  const lines = await readReservationLines(session, reservationId)
  const given = chooseGiven(
    lines.filter((line) => line.sku === sku),
    params,
  )
  const available = sum(given, ({ quantity, backordered }) => quantity + backordered)
  if (available < requested) return { outcome: 'short', sku, requested, available }

  const changes = await give(session, params, given)
  const left = sum(lines, ({ held, backordered }) => held + backordered)
  const finished = left === requested
  const shipped = sum(lines, ({ consumed }) => consumed) > 0
  const status = finished ? (shipped ? 'consumed' : 'released') : 'committed'
  await closeCommitted.run(session, { id: reservationId, status, now: session.codecs.time.encode(session.now) })
  return { outcome: 'given', finished, given, changes }
}

/** @param lines - of the SKU, in (sku, locationId) order, in which the result is too. */
function chooseGiven(lines: readonly ReservationLine[], { quantity, first }: GiveBackParams): Allocation[] {
  let missing = quantity
  const take = (units: number): number => {
    const taken = Math.min(missing, units)
    missing -= taken
    return taken
  }
  const held = first === 'held' ? lines.map((line) => take(line.held)) : []
  const backordered = lines.map((line) => take(line.backordered))
  return lines.flatMap((line, index) => {
    const part = { sku: line.sku, locationId: line.locationId, quantity: held[index] ?? take(line.held), backordered: backordered[index] ?? 0 }
    return part.quantity + part.backordered === 0 ? [] : [part]
  })
}

async function give(session: SqlSession, { reservationId: id }: GiveBackParams, given: readonly Allocation[]): Promise<LevelChange[]> {
  const held = given.filter(({ quantity }) => quantity > 0)
  const changes = await unreserveAll(
    session,
    held.map(({ sku, locationId, quantity: units }) => ({ sku, locationId, units })),
  )
  for (const { sku, locationId, quantity, backordered } of given) {
    const units = quantity + backordered
    const changed = await releaseFromLine.run(session, { id, sku, locationId, held: quantity, backordered, units })
    if (changed === 0) throw new CommerceError('CONFLICT', { details: { object: 'reservation' } })
  }
  return changes
}

function sum<T>(items: readonly T[], units: (item: T) => number): number {
  return items.reduce((total, item) => total + units(item), 0)
}
