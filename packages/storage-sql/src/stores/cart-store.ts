import type { Cart, CartId, CartStatus, CartStore, CustomerId, OwnerFilter } from '@cartwright/core/ports'
import { type Kysely, type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'

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

const insertCart = bulkInsert('carts', ['id', 'customer_id', 'guest_token_hash', 'currency', 'status', 'version', 'expires_at', 'created_at', 'updated_at'])
const insertLines = bulkInsert('cart_lines', ['cart_id', 'sku', 'position', 'quantity', 'seen_unit_minor'])
const deleteLines = preparedQuery<{ id: string }>()((db, param) => db.deleteFrom('cart_lines').where('cart_id', '=', param('id')))

interface CartWrite extends Record<string, unknown> {
  id: string
  expectedVersion: number
  customer_id: string | null
  guest_token_hash: string | null
  currency: string
  status: string
  version: number
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
      expires_at: param('expires_at'),
      updated_at: param('updated_at'),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

// States stand in the SQL as literals, so that the partial index on them can be used.
const active = sql.lit('active')

const freezeCart = preparedQuery<{ id: string; version: number; orderId: string; now: SqlTime }>()((db, param) =>
  db
    .updateTable('carts')
    .set({ checkout_order_id: param('orderId'), updated_at: param('now') })
    .where('id', '=', param('id'))
    .where('version', '=', param('version'))
    .where('status', '=', active),
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
    find: async ({ cartId, owner }) => toCart(session, await findRows(session, cartId, owner)),

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

    freeze: async ({ cartId, version, orderId }) => {
      session.changes(unnamed)
      if ((await freezeCart.run(session, { id: cartId, version, orderId, now: now() })) === 1) return 'frozen'
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
  const { time } = session.codecs
  return {
    customer_id: cart.customerId,
    guest_token_hash: cart.guestTokenHash,
    currency: cart.currency,
    status: cart.status,
    version: cart.version,
    expires_at: time.encode(cart.expiresAt),
    updated_at: time.encode(cart.updatedAt),
  }
}

async function writeLines(session: SqlSession, cart: Cart): Promise<void> {
  await insertLines(
    session,
    cart.lines.map(({ sku, quantity, seenUnitMinor }, position) => ({ cart_id: cart.id, sku, position, quantity, seen_unit_minor: seenUnitMinor })),
  )
}

function toCart(session: SqlSession, rows: readonly CartRow[]): Cart | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const { time } = session.codecs
  return {
    id: first.id as CartId,
    customerId: first.customer_id as CustomerId | null,
    guestTokenHash: first.guest_token_hash,
    currency: first.currency,
    status: first.status as CartStatus,
    version: first.version,
    lines: rows.flatMap(({ sku, quantity, seen_unit_minor }) => (sku === null || quantity === null ? [] : [{ sku, quantity, seenUnitMinor: seen_unit_minor }])),
    expiresAt: time.decode(first.expires_at),
    createdAt: time.decode(first.created_at),
    updatedAt: time.decode(first.updated_at),
  }
}
