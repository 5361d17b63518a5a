import type { Cart, CartId, CustomerId, CustomerStore, OrderId } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { preparedQuery } from '../engine/prepared-query.ts'
import { ownedByCustomer } from '../engine/reader-key.ts'
import type { SqlSession } from '../engine/session.ts'
import { sqlCartStore } from './cart-store.ts'

const cartIds = preparedQuery<{ customerId: string }>()((db, param) =>
  db.selectFrom('carts').select('id').where('customer_id', '=', param('customerId')).orderBy('created_at').orderBy('id'),
)

// The words of the partial index, so that the planner sees that it applies. By id, as they were placed: who locks several, an order and what was added to it, goes that way too.
const lockOrdersOfGuest = preparedQuery<{ emailKey: string }>()(
  (_db, param, { forUpdate }) => sql<{ id: string }>`SELECT id FROM orders
    WHERE customer_id IS NULL AND lower(email) = ${param('emailKey')} ORDER BY id ${forUpdate}`,
)

// Read after the orders that they add to were had, whose locks keep others from being added meanwhile.
const lockAdditionsOfGuest = preparedQuery<{ orderIds: unknown }>()(
  (_db, param, { inList, forUpdate }) => sql<{ id: string }>`SELECT id FROM orders
    WHERE customer_id IS NULL AND adds_to_order_id IS NOT NULL AND ${inList(sql.ref('adds_to_order_id'), sql`${param('orderIds')}`)} ORDER BY id ${forUpdate}`,
)

const giveToCustomer = preparedQuery<{ customerId: string; orderIds: unknown }>()(
  (_db, param, { inList }) => sql<{ id: string }>`UPDATE orders SET customer_id = ${param('customerId')}
    WHERE customer_id IS NULL AND ${inList(sql.ref('id'), sql`${param('orderIds')}`)} RETURNING id`,
)

const noteUse = preparedQuery<{ orderId: string; purpose: string; addressId: string; customerId: string }>()(
  (_db, param) => sql`INSERT INTO order_addresses (order_id, purpose, address_id)
    SELECT o.id, ${param('purpose')}, a.id FROM orders AS o JOIN customer_addresses AS a ON a.customer_id = o.customer_id
    WHERE o.id = ${param('orderId')} AND a.id = ${param('addressId')} AND a.customer_id = ${param('customerId')}`,
)

export async function cartsOf(session: SqlSession, customerId: CustomerId): Promise<readonly Cart[]> {
  const store = sqlCartStore(session)
  const carts: Cart[] = []
  for (const { id } of await cartIds.all(session, { customerId })) {
    const cart = await store.find({ cartId: id as CartId, owner: { type: 'customer', customerId } })
    if (cart !== undefined) carts.push(cart)
  }
  return carts
}

export async function claim(session: SqlSession, params: Parameters<CustomerStore['claimOrders']>[0]): Promise<readonly OrderId[]> {
  session.changes(ownedByCustomer(params.customerId))
  const { customerId, emailKey } = params
  const { encodeList } = session.dialect
  const found = (await lockOrdersOfGuest.all(session, { emailKey })).map(({ id }) => id)
  if (found.length === 0) return []
  const added = (await lockAdditionsOfGuest.all(session, { orderIds: encodeList(found) })).map(({ id }) => id)
  const claimed = await giveToCustomer.all(session, { customerId, orderIds: encodeList([...new Set([...found, ...added])]) })
  return claimed.map(({ id }) => id as OrderId)
}

export async function noteAddresses(session: SqlSession, { orderId, customerId, used }: Parameters<CustomerStore['noteUse']>[0]): Promise<void> {
  for (const { purpose, addressId } of used) await noteUse.run(session, { orderId, customerId, purpose, addressId })
}
