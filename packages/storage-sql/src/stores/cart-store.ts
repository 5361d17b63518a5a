import type { Cart, CartCopy, CartId, CartStatus, CartStore, CustomerId, OwnerFilter, ReservationId } from '@cartwright/core/ports'
import { type Kysely, type Selectable, sql } from 'kysely'
import { bulkInsert, bulkUpsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlJson, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { sqlCartHolds } from './cart-holds.ts'

// States stand in the SQL as literals, so that the partial index on them can be used.
const active = sql.lit('active')

/** A cart with its lines: one row per line, or one without a line. */
const cartWithLines = (db: Kysely<Tables>, id: string) =>
  db
    .selectFrom('carts')
    .leftJoin('cart_lines', 'cart_lines.cart_id', 'carts.id')
    .selectAll('carts')
    .select(['cart_lines.sku', 'cart_lines.quantity', 'cart_lines.seen_unit_minor'])
    .where('carts.id', '=', id)
    .orderBy('cart_lines.position')

const findAny = preparedQuery<{ id: string }>()((db, param) => cartWithLines(db, param('id')))

const findOfCustomer = preparedQuery<{ id: string; customerId: string }>()((db, param) =>
  cartWithLines(db, param('id')).where('carts.customer_id', '=', param('customerId')),
)

const findOfGuest = preparedQuery<{ id: string; tokenHash: string }>()((db, param) =>
  cartWithLines(db, param('id')).where('carts.guest_token_hash', '=', param('tokenHash')),
)

const cartColumns = ['id', 'customer_id', 'guest_token_hash', 'currency', 'status', 'version', 'vouchers', 'expires_at', 'created_at', 'updated_at'] as const
const copyColumns = [...cartColumns, 'custody_term', 'custody_loan'] as const

const insertCart = bulkInsert('carts', cartColumns)

/** Only a newer version wins, only under the custody of today or a later one, and nothing brings a closed cart back. */
const keepCarts = bulkUpsert(
  'carts',
  copyColumns,
  `ON CONFLICT (id) DO UPDATE SET ${copyColumns
    .filter((column) => column !== 'id' && column !== 'created_at')
    .map((column) => `${column} = excluded.${column}`)
    .join(', ')}
  WHERE carts.status = 'active' AND carts.version < excluded.version
    AND (carts.custody_term < excluded.custody_term OR (carts.custody_term = excluded.custody_term AND carts.custody_loan <= excluded.custody_loan))`,
  'id',
)

const lendCart = preparedQuery<{ id: string }>()((db, param) =>
  db
    .updateTable('carts')
    .set((eb) => ({ custody_loan: eb('custody_loan', '+', 1) }))
    .where('id', '=', param('id'))
    .where('status', '=', active),
)

const insertLines = bulkInsert('cart_lines', ['cart_id', 'sku', 'position', 'quantity', 'seen_unit_minor'])
const deleteLines = preparedQuery<{ id: string }>()((db, param) => db.deleteFrom('cart_lines').where('cart_id', '=', param('id')))

const deleteLinesOf = preparedQuery<{ ids: unknown }>()((db, param, { inList }) =>
  db.deleteFrom('cart_lines').where(inList(sql.ref('cart_id'), sql`${param('ids')}`)),
)

interface CartWrite extends Record<string, unknown> {
  id: string
  expectedVersion: number
  customer_id: string | null
  guest_token_hash: string | null
  currency: string
  status: string
  version: number
  vouchers: SqlJson | null
  expires_at: SqlTime
  updated_at: SqlTime
}

const saveCart = preparedQuery<CartWrite>()((db, param) =>
  db
    .updateTable('carts')
    .set({
      customer_id: param('customer_id'),
      guest_token_hash: param('guest_token_hash'),
      currency: param('currency'),
      status: param('status'),
      version: param('version'),
      vouchers: param('vouchers'),
      expires_at: param('expires_at'),
      updated_at: param('updated_at'),
      custody_term: sql<number>`custody_term + CASE WHEN custody_loan > 0 THEN 1 ELSE 0 END`,
      custody_loan: sql.lit(0),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

const recallCart = preparedQuery<{ id: string; version: number; term: number; loan: number }>()((db, param) =>
  db
    .updateTable('carts')
    .set({ custody_term: sql<number>`custody_term + 1`, custody_loan: sql.lit(0) })
    .where('id', '=', param('id'))
    .where('version', '=', param('version'))
    .where('custody_term', '=', param('term'))
    .where('custody_loan', '=', param('loan')),
)

const lockCarts = preparedQuery<{ ids: unknown }>()((db, param, dialect) =>
  db
    .selectFrom('carts')
    .select('id')
    .where(dialect.inList(sql.ref('id'), sql`${param('ids')}`))
    .orderBy('id')
    .modifyEnd(dialect.forUpdate),
)

const freezeCart = preparedQuery<{ id: string; version: number; orderId: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('carts')
    .set({ checkout_order_id: param('orderId'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('version', '=', param('version'))
    .where('status', '=', active)
    .returning(sql<string | null>`(SELECT h.reservation_id FROM cart_holds AS h WHERE h.cart_id = carts.id)`.as('hold')),
)

/** Raises the version too: a change decided on the active cart must come out stale, not make it active again. */
const completeCart = preparedQuery<{ id: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('carts')
    .set((eb) => ({ status: 'ordered', version: eb('version', '+', 1), updated_at: param('now') }))
    .where('id', '=', param('id'))
    .where('status', '<>', 'ordered'),
)

const expireCarts = preparedQuery<{ now: SqlTime; limit: number }>()((db, param) =>
  db
    .updateTable('carts')
    .set((eb) => ({ status: 'expired', version: eb('version', '+', 1), updated_at: param('now') }))
    .where('id', 'in', (eb) =>
      eb.selectFrom('carts').select('id').where('status', '=', active).where('expires_at', '<=', param('now')).orderBy('expires_at').limit(param('limit')),
    )
    .where('status', '=', active),
)

const statusOfCart = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('carts').select('status').where('id', '=', param('id')))

/** The buyer's own order, which is written with it, names them. */
const unnamed = { customerId: null, guestTokenHash: null }

/** Carts over SQL. */
export function sqlCartStore(session: SqlSession): CartStore {
  const now = () => session.codecs.time.encode(session.now)
  return {
    ...sqlCartHolds(session),

    find: async ({ cartId, owner }) => toCart(session, await findRows(session, cartId, owner)),

    findCopy: (params) => findCopy(session, params),

    insert: async (cart) => {
      session.changes(cart)
      const { time } = session.codecs
      await insertCart(session, [{ ...stateColumns(session, cart), id: cart.id, created_at: time.encode(cart.createdAt) }])
      await writeLines(session, cart)
    },

    save: async ({ cart, expectedVersion }) => {
      session.changes(cart)
      if ((await saveCart.run(session, { ...stateColumns(session, cart), id: cart.id, expectedVersion })) === 0) return 'stale'
      await Promise.all([deleteLines.run(session, { id: cart.id }), writeLines(session, cart)])
      return 'saved'
    },

    keep: ({ copies }) => keep(session, copies),

    lend: async (params) => {
      // Who asks is checked first, and the cart read again under its lock: a copy that is written meanwhile must not be missed.
      const seen = await findCopy(session, params)
      if (seen === undefined) return undefined
      session.changes(seen.cart)
      return (await lendCart.run(session, { id: params.cartId })) === 0 ? undefined : findCopy(session, params)
    },

    recall: async ({ cart, custody: { term, loan } }) => {
      session.changes(cart)
      return (await recallCart.run(session, { id: cart.id, version: cart.version, term, loan })) === 1
    },

    lock: ({ cartIds }) => lock(session, cartIds),

    freeze: async ({ cartId, version, orderId }) => {
      session.changes(unnamed)
      const frozen = await freezeCart.first(session, { id: cartId, version, orderId, now: now() })
      if (frozen !== undefined) return frozen.hold === null ? 'frozen' : { hold: frozen.hold as ReservationId }
      return (await statusOfCart.first(session, { id: cartId }))?.status === 'active' ? 'stale' : 'closed'
    },

    complete: async ({ cartId }) => {
      session.changes(unnamed)
      await completeCart.run(session, { id: cartId, now: now() })
    },

    expireDue: ({ limit }) => {
      session.changes(unnamed)
      return expireCarts.run(session, { now: now(), limit })
    },
  }
}

type CartRow = Selectable<Tables['carts']> & { readonly [Column in 'sku' | 'quantity' | 'seen_unit_minor']: Tables['cart_lines'][Column] | null }

function findRows(session: SqlSession, id: CartId, owner: OwnerFilter): Promise<readonly CartRow[]> {
  if (owner.type === 'any') return findAny.all(session, { id })
  if (owner.type === 'customer') return findOfCustomer.all(session, { id, customerId: owner.customerId })
  return findOfGuest.all(session, { id, tokenHash: owner.tokenHash })
}

function stateColumns(session: SqlSession, cart: Cart) {
  const { time, json } = session.codecs
  return {
    customer_id: cart.customerId,
    guest_token_hash: cart.guestTokenHash,
    currency: cart.currency,
    status: cart.status,
    version: cart.version,
    vouchers: cart.vouchers === undefined ? null : json.encode(cart.vouchers),
    expires_at: time.encode(cart.expiresAt),
    updated_at: time.encode(cart.updatedAt),
  }
}

async function writeLines(session: SqlSession, ...carts: readonly Cart[]): Promise<void> {
  await insertLines(
    session,
    carts.flatMap(({ id, lines }) =>
      lines.map(({ sku, quantity, seenUnitMinor }, position) => ({ cart_id: id, sku, position, quantity, seen_unit_minor: seenUnitMinor })),
    ),
  )
}

/** Three statements, whatever their number. In the order of their ids, so that two that write the same carts do not lock each other out. */
async function keep(session: SqlSession, copies: readonly CartCopy[]): Promise<ReadonlySet<CartId>> {
  const { time } = session.codecs
  const rows = copies.map(({ cart, custody }) => ({
    ...stateColumns(session, cart),
    id: cart.id,
    created_at: time.encode(cart.createdAt),
    custody_term: custody.term,
    custody_loan: custody.loan,
  }))
  const written = await keepCarts(
    session,
    rows.sort((a, b) => (a.id < b.id ? -1 : 1)),
  )
  const carts = copies.map(({ cart }) => cart).filter(({ id }) => written.has(id))
  if (carts.length === 0) return new Set()
  for (const cart of carts) session.changes(cart)
  const ids = carts.map(({ id }) => id)
  await Promise.all([deleteLinesOf.run(session, { ids: session.dialect.encodeList(ids) }), writeLines(session, ...carts)])
  return new Set(ids)
}

/** Read under the locks, each cart as it is once its lock has been had. */
async function lock(session: SqlSession, cartIds: readonly CartId[]): Promise<readonly CartCopy[]> {
  const rows = await lockCarts.all(session, { ids: session.dialect.encodeList(cartIds) })
  const copies: CartCopy[] = []
  for (const { id } of rows) {
    const copy = await findCopy(session, { cartId: id as CartId, owner: { type: 'any' } })
    if (copy !== undefined) copies.push(copy)
  }
  return copies
}

async function findCopy(session: SqlSession, { cartId, owner }: Parameters<CartStore['findCopy']>[0]): Promise<CartCopy | undefined> {
  const rows = await findRows(session, cartId, owner)
  const cart = toCart(session, rows)
  const [first] = rows
  return cart && first && { cart, custody: { term: first.custody_term, loan: first.custody_loan } }
}

function toCart(session: SqlSession, rows: readonly CartRow[]): Cart | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { time, json } = session.codecs
  return {
    id: first.id as CartId,
    customerId: first.customer_id as CustomerId | null,
    guestTokenHash: first.guest_token_hash,
    currency: first.currency,
    status: first.status as CartStatus,
    version: first.version,
    lines: rows.flatMap(({ sku, quantity, seen_unit_minor }) => (sku === null || quantity === null ? [] : [{ sku, quantity, seenUnitMinor: seen_unit_minor }])),
    ...(first.vouchers === null ? {} : { vouchers: json.decode<string[]>(first.vouchers) }),
    expiresAt: time.decode(first.expires_at),
    createdAt: time.decode(first.created_at),
    updatedAt: time.decode(first.updated_at),
  }
}
