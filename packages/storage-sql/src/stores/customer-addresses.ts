import type { Address, AddressId, CustomerAddress, CustomerId, CustomerStore } from '@cartwright/core/ports'
import { sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import { ownedByCustomer } from '../engine/reader-key.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlJson, SqlTime } from '../engine/sql-dialect.ts'

/** As many as the constraint `customer_addresses_most` allows. */
const places = Array.from({ length: 50 }, (_, index) => index + 1)

const ofCustomer = preparedQuery<{ customerId: string }>()((db, param) =>
  db
    .selectFrom('customer_addresses as a')
    .leftJoin('customer_default_addresses as s', (join) => join.onRef('s.address_id', '=', 'a.id').on('s.purpose', '=', sql.lit('shipping')))
    .leftJoin('customer_default_addresses as b', (join) => join.onRef('b.address_id', '=', 'a.id').on('b.purpose', '=', sql.lit('billing')))
    .selectAll('a')
    .select(['s.purpose as shipping', 'b.purpose as billing'])
    .where('a.customer_id', '=', param('customerId'))
    .orderBy('a.created_at')
    .orderBy('a.id'),
)

const lockedOwner = preparedQuery<{ customerId: string }>()((db, param, dialect) =>
  db.selectFrom('customers').select('id').where('id', '=', param('customerId')).modifyEnd(dialect.forUpdate),
)

const ownerOf = preparedQuery<{ addressId: string }>()((db, param) =>
  db.selectFrom('customer_addresses').select('customer_id').where('id', '=', param('addressId')),
)

const takenPlaces = preparedQuery<{ customerId: string }>()((db, param) =>
  db.selectFrom('customer_addresses').select('place').where('customer_id', '=', param('customerId')),
)

const insertAddress = bulkInsert('customer_addresses', ['id', 'customer_id', 'place', 'address', 'created_at', 'updated_at'])

const replaceAddress = preparedQuery<{ addressId: string; address: SqlJson; now: SqlTime }>()((db, param) =>
  db
    .updateTable('customer_addresses')
    .set({ address: param('address'), updated_at: param('now') })
    .where('id', '=', param('addressId')),
)

const deleteAddress = preparedQuery<{ addressId: string; customerId: string }>()((db, param) =>
  db.deleteFrom('customer_addresses').where('id', '=', param('addressId')).where('customer_id', '=', param('customerId')),
)

const deleteDefaultsOf = preparedQuery<{ addressId: string; customerId: string }>()((db, param) =>
  db.deleteFrom('customer_default_addresses').where('address_id', '=', param('addressId')).where('customer_id', '=', param('customerId')),
)

const deleteUses = preparedQuery<{ addressId: string; customerId: string }>()(
  (_db, param) => sql`DELETE FROM order_addresses WHERE address_id IN (
    SELECT id FROM customer_addresses WHERE id = ${param('addressId')} AND customer_id = ${param('customerId')})`,
)

const deleteDefault = preparedQuery<{ customerId: string; purpose: string }>()((db, param) =>
  db.deleteFrom('customer_default_addresses').where('customer_id', '=', param('customerId')).where('purpose', '=', param('purpose')),
)

const putDefault = preparedQuery<{ customerId: string; purpose: string; addressId: string }>()(
  (_db, param) => sql`INSERT INTO customer_default_addresses (customer_id, purpose, address_id)
    SELECT customer_id, ${param('purpose')}, id FROM customer_addresses WHERE id = ${param('addressId')} AND customer_id = ${param('customerId')}
    ON CONFLICT (customer_id, purpose) DO UPDATE SET address_id = excluded.address_id`,
)

export async function addressesOf(session: SqlSession, customerId: CustomerId): Promise<readonly CustomerAddress[]> {
  const { json, time } = session.codecs
  return (await ofCustomer.all(session, { customerId })).map((row) => ({
    id: row.id as AddressId,
    customerId,
    address: json.decode<Address>(row.address),
    defaultShipping: row.shipping !== null,
    defaultBilling: row.billing !== null,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
  }))
}

/** Under the customer's lock, so that a free place is still free when it is taken. */
export async function putAddress(session: SqlSession, { customerId, addressId, address }: Parameters<CustomerStore['putAddress']>[0]) {
  session.changes(ownedByCustomer(customerId))
  const { json, time } = session.codecs
  if ((await lockedOwner.first(session, { customerId })) === undefined) return 'missing'
  const now = time.encode(session.now)
  const owner = await ownerOf.first(session, { addressId })
  if (owner !== undefined) {
    if (owner.customer_id !== customerId) return 'missing'
    await replaceAddress.run(session, { addressId, address: json.encode(address), now })
    return 'replaced'
  }
  const taken = new Set((await takenPlaces.all(session, { customerId })).map(({ place }) => place))
  const place = places.find((number) => !taken.has(number))
  if (place === undefined) return 'full'
  await insertAddress(session, [{ id: addressId, customer_id: customerId, place, address: json.encode(address), created_at: now, updated_at: now }])
  return 'added'
}

export async function removeAddress(session: SqlSession, params: Parameters<CustomerStore['removeAddress']>[0]): Promise<boolean> {
  session.changes(ownedByCustomer(params.customerId))
  await deleteDefaultsOf.run(session, { ...params })
  await deleteUses.run(session, { ...params })
  return (await deleteAddress.run(session, { ...params })) === 1
}

export async function setDefaultAddress(session: SqlSession, { customerId, purpose, addressId }: Parameters<CustomerStore['setDefault']>[0]): Promise<boolean> {
  session.changes(ownedByCustomer(customerId))
  if (addressId !== null) return (await putDefault.run(session, { customerId, purpose, addressId })) === 1
  await deleteDefault.run(session, { customerId, purpose })
  return true
}
