import type { CartHold, CartId, CartStore, ReservationId } from '@cartwright/core/ports'
import { type Kysely, sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

/** Holds that have not ended: a row stays behind when its reservation has. */
const liveHolds = (db: Kysely<Tables>, now: SqlTime) =>
  db
    .selectFrom('cart_holds as h')
    .innerJoin('reservations as r', 'r.id', 'h.reservation_id')
    .innerJoin('reservation_lines as l', 'l.reservation_id', 'r.id')
    .select((eb) => [
      'h.cart_id',
      'h.reservation_id',
      'h.held_since',
      'r.expires_at',
      sql<number>`CAST(sum(${eb.ref('l.held')} + ${eb.ref('l.backordered')}) AS BIGINT)`.as('units'),
    ])
    .where('r.status', '=', sql.lit('held'))
    .where('r.expires_at', '>', now)
    .groupBy(['h.cart_id', 'h.reservation_id', 'h.held_since', 'r.expires_at'])

const holdOfCart = preparedQuery<{ cartId: string; now: SqlTime }>()((db, param) => liveHolds(db, param('now')).where('h.cart_id', '=', param('cartId')))

const holdsOfOwner = preparedQuery<{ owner: string; now: SqlTime }>()((db, param) => liveHolds(db, param('now')).where('h.owner', '=', param('owner')))

const lockOwner = preparedQuery<{ owner: string; now: SqlTime }>()((db, param) =>
  db
    .insertInto('cart_hold_owners')
    .values({ owner: param('owner'), asked_at: param('now') })
    .onConflict((conflict) => conflict.column('owner').doUpdateSet({ asked_at: param('now') })),
)

const upsertHold = preparedQuery<{ cartId: string; owner: string; reservationId: string; since: SqlTime }>()((db, param) => {
  const state = { owner: param('owner'), reservation_id: param('reservationId'), held_since: param('since') }
  return db
    .insertInto('cart_holds')
    .values({ cart_id: param('cartId'), ...state })
    .onConflict((conflict) => conflict.column('cart_id').doUpdateSet(state))
})

const deleteOfCart = preparedQuery<{ cartId: string }>()((db, param) =>
  db.deleteFrom('cart_holds').where('cart_id', '=', param('cartId')).returning('reservation_id'),
)
const deleteOfOwner = preparedQuery<{ owner: string }>()((db, param) =>
  db.deleteFrom('cart_holds').where('owner', '=', param('owner')).returning('reservation_id'),
)
const deleteOwner = preparedQuery<{ owner: string }>()((db, param) => db.deleteFrom('cart_hold_owners').where('owner', '=', param('owner')))

const deleteEnded = preparedQuery<Record<never, never>>()((db) =>
  db.deleteFrom('cart_holds').where('reservation_id', 'in', (eb) =>
    eb
      .selectFrom('reservations as r')
      .select('r.id')
      .where('r.status', '<>', sql.lit('held'))
      .where('r.id', 'in', (inner) => inner.selectFrom('cart_holds as h').select('h.reservation_id')),
  ),
)

type HoldVerbs = Pick<CartStore, 'holdOf' | 'lockHolds' | 'putHold' | 'dropHolds' | 'pruneHolds'>

/** The holds of carts in one session. */
export function sqlCartHolds(session: SqlSession): HoldVerbs {
  const { time } = session.codecs
  const now = () => time.encode(session.now)
  return {
    holdOf: async ({ cartId }) => {
      const row = await holdOfCart.first(session, { cartId, now: now() })
      return row && holdFrom(session, row)
    },
    lockHolds: async ({ owner }) => {
      await lockOwner.run(session, { owner, now: now() })
      return (await holdsOfOwner.all(session, { owner, now: now() })).map((row) => holdFrom(session, row))
    },
    putHold: async ({ cartId, owner, reservationId, since }) => {
      await upsertHold.run(session, { cartId, owner, reservationId, since: time.encode(since) })
    },
    dropHolds: async (of) => {
      const rows = 'cartId' in of ? await deleteOfCart.all(session, { cartId: of.cartId }) : await deleteOfOwner.all(session, { owner: of.owner })
      if ('owner' in of) await deleteOwner.run(session, { owner: of.owner })
      return rows.map(({ reservation_id }) => reservation_id as ReservationId)
    },
    pruneHolds: () => deleteEnded.run(session, {}),
  }
}

interface HoldRow {
  readonly cart_id: string
  readonly reservation_id: string
  readonly held_since: SqlTime
  readonly expires_at: SqlTime | null
  readonly units: number
}

function holdFrom({ codecs: { time } }: SqlSession, row: HoldRow): CartHold {
  if (row.expires_at === null) throw new Error('a hold without an expiry')
  return {
    cartId: row.cart_id as CartId,
    reservationId: row.reservation_id as ReservationId,
    since: time.decode(row.held_since),
    expiresAt: time.decode(row.expires_at),
    units: Number(row.units),
  }
}
