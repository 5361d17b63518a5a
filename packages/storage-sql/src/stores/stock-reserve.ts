import {
  type Allocation,
  type AllocationResult,
  allocate,
  CommerceError,
  type LevelChange,
  type ReservationId,
  type ReserveParams,
  type ReserveResult,
  type StockLevel,
  type StockSupply,
} from '@cartwright/core/ports'
import { follower, guardedWrite, insertOne } from '../engine/guarded-write.ts'
import type { SqlSession } from '../engine/session.ts'
import { type DueHold, expireReservations, lockDueHolds } from './reservation-verbs.ts'
import { backorderRoom, limitedSkus } from './stock-backorders.ts'
import { ensureLevel, type LevelUnits, levelKey, mergeChanges, reserveAll, unreserveAll } from './stock-levels.ts'
import { findReservation, lockSupply, readSupply } from './stock-reads.ts'

/** How often a claim is planned anew when others take what its plan counted on. */
const maxAttempts = 5

const reservationColumns = ['id', 'holder_type', 'holder_id', 'status', 'expires_at', 'created_at', 'updated_at'] as const

export const reservationLines = follower('reservation_lines', [
  'reservation_id',
  'sku',
  'location_id',
  'quantity',
  'held',
  'backordered',
  'consumed',
  'released',
])

const insertReservation = guardedWrite<Record<(typeof reservationColumns)[number], unknown>>()(
  (_db, param) => insertOne('reservations', reservationColumns, param, 'ON CONFLICT (id) DO NOTHING'),
  { lines: reservationLines },
)

type FullPlan = Extract<AllocationResult, { readonly outcome: 'allocated' }>

/** Whether nothing is missing, nor would have to be backordered. */
function isFull(plan: AllocationResult): plan is FullPlan {
  return plan.outcome === 'allocated' && plan.allocations.every(({ backordered }) => backordered === 0)
}

/** What the verb has expired so far, to be reported with its result. */
interface TakenOver {
  readonly expired: ReservationId[]
  readonly changes: LevelChange[]
}

/**
 * Plans on what is read, then takes with guarded statements. Where transactions run one at a time, or the levels were locked, the plan always holds; elsewhere
 * a lost race is undone and planned anew. What is `versioned` was read before the transaction and gets one try.
 *
 * @param locked - whether the transaction has levels of these SKUs locked already; then it waits for no hold.
 * @throws CONFLICT after five lost races.
 */
export async function reserveUnits(session: SqlSession, params: ReserveParams, locked: 'nothing' | 'levels' = 'nothing'): Promise<ReserveResult> {
  const { method = { type: 'guarded' } } = params
  if (method.type === 'versioned') {
    const result = await takeVersions(session, params, method.supply)
    if (result !== 'too small') return result
  }
  const read = method.type === 'locked' ? lockHoldsAndSupply : readSupply
  const takenOver: TakenOver = { expired: [], changes: [] }
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    // A lost race has left a level locked: even a guarded statement that changes nothing keeps the lock that it waited for.
    const result = await tryReserve(session, params, read, takenOver, locked === 'levels' || method.type === 'locked' || attempt > 0)
    if (result !== 'raced') return result
  }
  throw new CommerceError('CONFLICT', { details: { object: 'stock' } })
}

async function lockHoldsAndSupply(session: SqlSession, skus: readonly string[]): Promise<StockSupply> {
  await lockDueHolds(session, skus, 'wait')
  return lockSupply(session, skus)
}

/** Takes what the supply has, read before the transaction, unless a level has moved. */
async function takeVersions(session: SqlSession, params: ReserveParams, { levels, priority }: StockSupply): Promise<ReserveResult | 'too small'> {
  const plan = allocate(params.claims, levels, priority)
  if (!isFull(plan)) return 'too small'
  const versions = new Map(levels.map((level) => [levelKey(level), level.version]))
  const changes = await hold(session, params, plan.allocations, levels, (allocation) => versions.get(levelKey(allocation)))
  // The level may have moved because of this very claim, made before.
  if (changes === 'raced' || changes === 'exists') return (await repeatedResult(session, params.reservationId)) ?? { outcome: 'moved' }
  return { outcome: 'held', allocations: plan.allocations, changes, expired: [] }
}

async function tryReserve(
  session: SqlSession,
  params: ReserveParams,
  read: typeof readSupply,
  takenOver: TakenOver,
  levelsLocked: boolean,
): Promise<ReserveResult | 'raced'> {
  const skus = params.claims.map(({ sku }) => sku)
  let { levels, priority } = await read(session, skus)
  let plan = allocate(params.claims, levels, priority)
  if (!isFull(plan)) {
    const repeated = await repeatedResult(session, params.reservationId)
    if (repeated !== undefined) return repeated
    let due: readonly DueHold[]
    let limited: ReadonlySet<string>
    ;({ due, levels, plan, limited } = await planOnDueHolds(session, params, levelsLocked))
    if (plan.outcome === 'insufficient') return plan
    const room = await backorderRoom(session, plan.allocations, limited, due, levelsLocked ? 'refuse' : 'wait')
    if (room.size > 0) plan = allocate(params.claims, withoutDueHolds(levels, due), priority, room)
    if (plan.outcome === 'insufficient') return plan
    const { expired, changes } = await expireReservations(session, [...new Set(due.map(({ reservationId }) => reservationId))])
    takenOver.expired.push(...expired)
    takenOver.changes.push(...changes)
  }
  const changes = await hold(session, params, plan.allocations, levels)
  if (changes === 'raced') return 'raced'
  if (changes === 'exists') return (await repeatedResult(session, params.reservationId)) ?? 'raced'
  return { outcome: 'held', allocations: plan.allocations, changes: mergeChanges([...takenOver.changes, ...changes]), expired: takenOver.expired }
}

interface DuePlan {
  /** Locked. */
  readonly due: readonly DueHold[]
  readonly levels: readonly StockLevel[]
  readonly plan: AllocationResult
  /** SKUs with a limit to what is promised of them. */
  readonly limited: ReadonlySet<string>
}

/**
 * Plans on what will be there once the holds past their time are gone. Holds that others are busy with count as well: they are waited for, or, when that must
 * not be and the units are wanted, the transaction is run again.
 */
async function planOnDueHolds(session: SqlSession, params: ReserveParams, levelsLocked: boolean): Promise<DuePlan> {
  if (!levelsLocked) return planAround(session, params, 'wait')
  const around = await planAround(session, params, 'skip')
  return isFull(around.plan) ? around : planAround(session, params, 'refuse')
}

/** The supply is read after the holds, in one round trip with them: what others gave back while they were waited for is there, and what they then took is not. */
async function planAround(session: SqlSession, { claims }: ReserveParams, busy: 'wait' | 'skip' | 'refuse'): Promise<DuePlan> {
  const skus = claims.map(({ sku }) => sku)
  const [due, { levels, priority }, limited] = await Promise.all([lockDueHolds(session, skus, busy), readSupply(session, skus), limitedSkus(session, claims)])
  return { due, levels, plan: allocate(claims, withoutDueHolds(levels, due), priority), limited }
}

/**
 * Writes the reservation; the insert of its row is what makes the verb idempotent. Leaves nothing behind unless it returns the changes.
 *
 * @param versionOf - the version that a level must still have; undefined: it only must have enough.
 */
async function hold(
  session: SqlSession,
  { reservationId, holder, expiresAt }: ReserveParams,
  allocations: readonly Allocation[],
  levels: readonly StockLevel[],
  versionOf: (allocation: Allocation) => number | undefined = () => undefined,
): Promise<LevelChange[] | 'raced' | 'exists'> {
  const known = new Set(levels.map(levelKey))
  for (const allocation of allocations) {
    if (!known.has(levelKey(allocation))) await ensureLevel(session, allocation.sku, allocation.locationId)
  }
  const wanted = allocations
    .filter(({ quantity }) => quantity > 0)
    .map((allocation): LevelUnits => {
      const version = versionOf(allocation)
      return { sku: allocation.sku, locationId: allocation.locationId, units: allocation.quantity, ...(version === undefined ? {} : { version }) }
    })
  const changes = await reserveAll(session, wanted)
  if (changes === undefined) return 'raced'
  const { time } = session.codecs
  const now = time.encode(session.now)
  const expires_at = time.encode(expiresAt)
  const row = { id: reservationId, holder_type: holder.type, holder_id: holder.id, status: 'held', expires_at, created_at: now, updated_at: now }
  if (await insertReservation(session, row, { lines: lineRows(reservationId, allocations) })) return changes
  await unreserveAll(session, wanted)
  return 'exists'
}

/** The rows of a reservation that has just been made. */
export function lineRows(reservationId: ReservationId, allocations: readonly Allocation[]) {
  return allocations.map(({ sku, locationId, quantity, backordered }) => ({
    reservation_id: reservationId,
    sku,
    location_id: locationId,
    quantity: quantity + backordered,
    held: quantity,
    backordered,
    consumed: 0,
    released: 0,
  }))
}

/**
 * What a repeated call reports; undefined when there is no such reservation yet.
 *
 * @throws RESERVATION_GONE when the reservation has ended: its id cannot hold anything again.
 */
async function repeatedResult(session: SqlSession, reservationId: ReservationId): Promise<ReserveResult | undefined> {
  const reservation = await findReservation(session, reservationId)
  if (reservation === undefined) return undefined
  if (reservation.status !== 'held' && reservation.status !== 'committed') {
    throw new CommerceError('RESERVATION_GONE', { details: { reservationId, status: reservation.status } })
  }
  const allocations = reservation.lines.map(({ sku, locationId, quantity, backordered }) => ({
    sku,
    locationId,
    quantity: quantity - backordered,
    backordered,
  }))
  return { outcome: 'held', allocations, changes: [], expired: [] }
}

/** The levels as they will be once the due holds are gone. */
function withoutDueHolds(levels: readonly StockLevel[], due: readonly DueHold[]): StockLevel[] {
  const units = new Map<string, number>()
  for (const hold of due) units.set(levelKey(hold), (units.get(levelKey(hold)) ?? 0) + hold.units)
  return levels.map((level) => ({ ...level, reserved: level.reserved - (units.get(levelKey(level)) ?? 0) }))
}
