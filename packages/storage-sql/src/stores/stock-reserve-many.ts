import {
  type Allocation,
  type AllocationResult,
  allocate,
  CommerceError,
  type LevelChange,
  type LocationId,
  mergeClaims,
  type ReservationId,
  type ReserveParams,
  type ReserveResult,
  type StockLevel,
} from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import { skusWithDueHolds } from './reservation-verbs.ts'
import { reserveAll, sumByLevel } from './stock-levels.ts'
import { lockSupply } from './stock-reads.ts'
import { lineRows, reservationLines, reserveUnits } from './stock-reserve.ts'

const knownReservations = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('reservations')
    .select('id')
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`)),
)

const insertReservations = bulkInsert('reservations', ['id', 'holder_type', 'holder_id', 'status', 'expires_at', 'created_at', 'updated_at'])

type Held = Extract<ReserveResult, { outcome: 'held' }>

/**
 * Serves many claims at once: the levels of all their SKUs are locked and read once, the claims are planned one after the other on what the earlier ones leave, and
 * each level is raised once. What is left over, because its id is known, it is short or it wants a backorder, is served afterwards by itself.
 *
 * @throws CONFLICT when a level does not hold what was planned after all.
 */
export async function reserveTogether(session: SqlSession, calls: readonly ReserveParams[]): Promise<readonly ReserveResult[]> {
  const rows = await knownReservations.all(session, { ids: session.dialect.encodeList(calls.map(({ reservationId }) => reservationId)) })
  const known = new Set(rows.map(({ id }) => id))
  const supply = new RunningSupply(await lockSupply(session, skusOf(calls)))
  const results = new Map<ReservationId, ReserveResult>()
  const held: { readonly call: ReserveParams; readonly result: Held }[] = []
  for (const call of calls) {
    const result = known.has(call.reservationId) ? undefined : supply.take(call)
    if (result === undefined) continue
    results.set(call.reservationId, result)
    if (result.outcome === 'held') held.push({ call, result })
  }
  const lots = await write(session, held)
  for (const { call, result } of held)
    results.set(call.reservationId, { ...result, changes: result.changes.map((change) => ({ ...change, ...lots.get(change.sku) })) })
  const left = calls.filter(({ reservationId }) => results.get(reservationId)?.outcome !== 'held')
  await serveLeft(session, left, known, results)
  return calls.map(({ reservationId }) => results.get(reservationId) as ReserveResult)
}

function skusOf(calls: readonly ReserveParams[]): readonly string[] {
  return mergeClaims(calls.flatMap(({ claims }) => claims)).map(({ sku }) => sku)
}

/** Levels as they will be once the claims planned so far have been written. */
class RunningSupply {
  readonly #levels: Map<string, StockLevel[]>
  readonly #priority: readonly LocationId[]

  constructor({ levels, priority }: { readonly levels: readonly StockLevel[]; readonly priority: readonly LocationId[] }) {
    this.#levels = Map.groupBy(levels, ({ sku }) => sku)
    this.#priority = priority
  }

  /** Plans a claim; undefined when it wants a backorder. */
  take({ claims }: ReserveParams): ReserveResult | undefined {
    const levels = claims.flatMap(({ sku }) => this.#levels.get(sku) ?? [])
    const plan: AllocationResult = allocate(claims, levels, this.#priority)
    if (plan.outcome === 'insufficient') return plan
    if (plan.allocations.some(({ backordered }) => backordered > 0)) return undefined
    return { outcome: 'held', allocations: plan.allocations, changes: plan.allocations.map((allocation) => this.#lower(allocation)), expired: [] }
  }

  #lower({ sku, locationId, quantity }: Allocation): LevelChange {
    const levels = this.#levels.get(sku) ?? []
    const place = levels.findIndex((level) => level.locationId === locationId)
    const level = levels[place] as StockLevel
    levels[place] = { ...level, reserved: level.reserved + quantity }
    const before = level.onHand - level.reserved
    return { sku, locationId, availableBefore: before, availableAfter: before - quantity }
  }
}

/** @returns by SKU, what its changes say of the bundles it is in. */
async function write(
  session: SqlSession,
  held: readonly { readonly call: ReserveParams; readonly result: Held }[],
): Promise<ReadonlyMap<string, Pick<LevelChange, 'lot'>>> {
  const { time } = session.codecs
  const now = time.encode(session.now)
  const parts = held.flatMap(({ result }) => result.allocations.map(({ sku, locationId, quantity }) => ({ sku, locationId, units: quantity })))
  const written = await reserveAll(session, sumByLevel(parts))
  if (written === undefined) throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
  await insertReservations(
    session,
    held.map(({ call: { reservationId, holder, expiresAt } }) => ({
      id: reservationId,
      holder_type: holder.type,
      holder_id: holder.id,
      status: 'held',
      expires_at: time.encode(expiresAt),
      created_at: now,
      updated_at: now,
    })),
  )
  await reservationLines.insert(
    session,
    held.flatMap(({ call, result }) => lineRows(call.reservationId, result.allocations)),
  )
  return new Map(written.flatMap(({ sku, lot }) => (lot === undefined ? [] : [[sku, { lot }]])))
}

/** Serves the rest one by one; those that are short stay so, without another look, unless some hold of their SKUs is past its time. */
async function serveLeft(
  session: SqlSession,
  left: readonly ReserveParams[],
  known: ReadonlySet<string>,
  results: Map<ReservationId, ReserveResult>,
): Promise<void> {
  const short = left.filter(({ reservationId }) => results.get(reservationId)?.outcome === 'insufficient')
  const due = short.length === 0 ? new Set<string>() : await skusWithDueHolds(session, skusOf(short))
  for (const call of left) {
    const final = results.get(call.reservationId)?.outcome === 'insufficient' && !call.claims.some(({ sku }) => due.has(sku))
    if (known.has(call.reservationId) || !final)
      results.set(call.reservationId, await reserveUnits(session, { ...call, method: { type: 'guarded' } }, 'levels'))
  }
}
