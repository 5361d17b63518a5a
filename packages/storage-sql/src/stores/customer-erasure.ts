import type { Address, CartId, CustomerId, Erasure } from '@cartwright/core/ports'
import { type RawBuilder, sql } from 'kysely'
import { ownedByCustomer } from '../engine/reader-key.ts'
import type { SqlSession } from '../engine/session.ts'
import { lockPromotions } from './promotion-redemptions.ts'

/** What a statement of an erasure is about. */
interface Erased {
  readonly customerId: CustomerId
  readonly pseudonym: CustomerId
}

/** The carts of a customer, those that their orders were made from included: a guest's, of an order that became theirs. */
const theirCarts = (customerId: CustomerId) =>
  sql`(SELECT id FROM carts WHERE customer_id = ${customerId} UNION SELECT cart_id FROM orders WHERE customer_id = ${customerId})`

const theirOrders = (customerId: CustomerId) => sql`(SELECT id FROM orders WHERE customer_id = ${customerId})`

const theirCredit = (customerId: CustomerId) => sql`(SELECT id FROM credit_accounts WHERE customer_id = ${customerId})`

const theirReturns = (customerId: CustomerId) => sql`(SELECT id FROM returns WHERE order_id IN ${theirOrders(customerId)})`

/** In an order in which nothing that is referred to goes first, and what finds other rows goes last. */
const statements: readonly ((erased: Erased) => RawBuilder<unknown>)[] = [
  ({ customerId }) => sql`DELETE FROM order_addresses WHERE address_id IN (SELECT id FROM customer_addresses WHERE customer_id = ${customerId})`,
  ({ customerId }) => sql`DELETE FROM customer_default_addresses WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM customer_addresses WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM wish_list_items WHERE wish_list_id IN (SELECT id FROM wish_lists WHERE customer_id = ${customerId})`,
  ({ customerId }) => sql`DELETE FROM wish_lists WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM customer_tokens WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM customer_sessions WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM customer_credentials WHERE customer_id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM customers WHERE id = ${customerId}`,
  ({ customerId }) => sql`DELETE FROM quotes WHERE cart_id IN ${theirCarts(customerId)}`,
  ({ customerId }) => sql`DELETE FROM cart_lines WHERE cart_id IN ${theirCarts(customerId)}`,
  ({ customerId }) => sql`DELETE FROM idempotency_keys WHERE scope = ${`customer:${customerId}`} AND state = 'finished'`,
  ({ customerId, pseudonym }) => sql`UPDATE payments SET idempotency_scope = ${`customer:${pseudonym}`} WHERE idempotency_scope = ${`customer:${customerId}`}`,
  ({ customerId }) => sql`UPDATE order_history SET note = NULL WHERE note IS NOT NULL AND order_id IN ${theirOrders(customerId)}`,
  ({ customerId, pseudonym }) =>
    sql`UPDATE order_history SET actor_id = ${pseudonym} WHERE actor_type = 'customer' AND actor_id = ${customerId} AND order_id IN ${theirOrders(customerId)}`,
  ({ customerId }) => sql`UPDATE return_lines SET note = NULL WHERE note IS NOT NULL AND return_id IN ${theirReturns(customerId)}`,
  ({ customerId, pseudonym }) =>
    sql`UPDATE return_history SET actor_id = ${pseudonym} WHERE actor_type = 'customer' AND actor_id = ${customerId} AND return_id IN ${theirReturns(customerId)}`,
  ({ customerId, pseudonym }) => sql`UPDATE payment_history SET actor_id = ${pseudonym}
    WHERE actor_type = 'customer' AND actor_id = ${customerId} AND payment_id IN (SELECT id FROM payments WHERE order_id IN ${theirOrders(customerId)})`,
  ({ customerId, pseudonym }) =>
    sql`UPDATE credit_entries SET actor_id = ${pseudonym} WHERE actor_type = 'customer' AND actor_id = ${customerId} AND (order_id IN ${theirOrders(customerId)} OR account_id IN ${theirCredit(customerId)})`,
  ({ customerId }) =>
    sql`UPDATE credit_entries SET note = NULL WHERE note IS NOT NULL AND (order_id IN ${theirOrders(customerId)} OR account_id IN ${theirCredit(customerId)})`,
  ({ customerId, pseudonym }) =>
    sql`UPDATE credit_accounts SET customer_id = ${pseudonym}, status = 'disabled', note = NULL, version = version + 1 WHERE customer_id = ${customerId}`,
]

/** The term grows, so that no copy of before is kept any more, wherever it is. */
const closeCarts = ({ customerId, pseudonym }: Erased) => sql`UPDATE carts
  SET customer_id = ${pseudonym}, guest_token_hash = NULL, status = CASE WHEN status = 'active' THEN 'expired' ELSE status END,
    version = version + 1, custody_term = custody_term + 1, custody_loan = 0
  WHERE id IN ${theirCarts(customerId)}`

/** @returns what is left, under the pseudonym. */
export async function eraseCustomer(session: SqlSession, erased: Erased): Promise<Erasure> {
  const { customerId } = erased
  session.changes(ownedByCustomer(customerId))
  const carts = await sql<{ id: string }>`SELECT id FROM carts WHERE id IN ${theirCarts(customerId)} ORDER BY id`.execute(session.db)
  for (const statement of statements) await statement(erased).execute(session.db)
  await closeCarts(erased).execute(session.db)
  await forgetUses(session, erased)
  return { orders: await eraseFromOrders(session, erased), carts: carts.rows.map(({ id }) => id as CartId) }
}

/**
 * Uses of promotions stay counted, under names that lead to nobody: the account's, and those of the addresses of mail on their orders. What moves from a count is
 * what was renamed, whoever buys meanwhile.
 */
async function forgetUses(session: SqlSession, { customerId, pseudonym }: Erased): Promise<void> {
  const { db } = session
  const orders = await db.selectFrom('orders').select('id').where('customer_id', '=', customerId).execute()
  await lockPromotions(
    session,
    orders.map(({ id }) => id),
  )
  const keys = await sql<{
    customer_key: string
  }>`SELECT customer_key FROM promotion_redemptions WHERE order_id IN ${theirOrders(customerId)} AND customer_key IS NOT NULL
    UNION SELECT customer_key FROM promotion_customers WHERE customer_key = ${`customer:${customerId}`} ORDER BY customer_key`.execute(db)
  for (const [index, { customer_key: key }] of keys.rows.entries()) {
    const forgotten = `${pseudonym}:${index}`
    const renamed = await db
      .updateTable('promotion_redemptions')
      .set({ customer_key: forgotten })
      .where('customer_key', '=', key)
      .returning(['promotion_id', 'released_at'])
      .execute()
    const standing = renamed.filter(({ released_at: releasedAt }) => releasedAt === null)
    const moved = Map.groupBy(standing, ({ promotion_id: id }) => id)
    for (const [id, { length: used }] of [...moved].sort(([one], [other]) => (one < other ? -1 : 1))) {
      await db
        .updateTable('promotion_customers')
        .set((eb) => ({ used: eb('used', '-', used) }))
        .where('promotion_id', '=', id)
        .where('customer_key', '=', key)
        .execute()
      await db.insertInto('promotion_customers').values({ promotion_id: id, customer_key: forgotten, used }).execute()
    }
    await db.deleteFrom('promotion_customers').where('customer_key', '=', key).where('used', '=', 0).execute()
  }
}

async function eraseFromOrders(session: SqlSession, { customerId, pseudonym }: Erased): Promise<number> {
  const { db, codecs } = session
  const orders = await db
    .selectFrom('orders')
    .select(['id', 'shipping_address', 'billing_address'])
    .where('customer_id', '=', customerId)
    .orderBy('id')
    .execute()
  for (const { id, shipping_address: shipping, billing_address: billing } of orders) {
    await db
      .updateTable('orders')
      .set({
        customer_id: pseudonym,
        guest_token_hash: null,
        email: null,
        tax_id: null,
        tax_exemption: null,
        shipping_address: codecs.json.encode(withoutPerson(codecs.json.decode<Address>(shipping))),
        billing_address: codecs.json.encode(withoutPerson(codecs.json.decode<Address>(billing))),
      })
      .where('id', '=', id)
      .execute()
  }
  return orders.length
}

/** What taxes are reckoned by stays. */
function withoutPerson({ country, region }: Address): Address {
  return { name: 'erased', line1: 'erased', city: 'erased', ...(region === undefined ? {} : { region }), postalCode: '', country }
}
