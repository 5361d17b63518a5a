import { CommerceError, type Customer, type CustomerId, type CustomerListQuery, type CustomerStore, emailKey, type Page } from '@cartwright/core/ports'
import { type Selectable, sql } from 'kysely'
import { bulkInsert } from '../engine/bulk-insert.ts'
import { pageOf } from '../engine/page.ts'
import { preparedQuery } from '../engine/prepared-query.ts'
import { ownedByCustomer } from '../engine/reader-key.ts'
import type { SqlSession } from '../engine/session.ts'
import type { SqlCodecs, SqlJson, SqlTime } from '../engine/sql-dialect.ts'
import type { Tables } from '../engine/tables.ts'
import { addressesOf, putAddress, removeAddress, setDefaultAddress } from './customer-addresses.ts'
import { decodeCustomerCursor, encodeCustomerCursor } from './customer-cursor.ts'
import { eraseCustomer } from './customer-erasure.ts'
import { cartsOf, claim, noteAddresses } from './customer-orders.ts'

const insertCustomer = bulkInsert(
  'customers',
  ['id', 'email', 'email_key', 'email_verified_at', 'name', 'phone', 'group_names', 'version', 'created_at', 'updated_at'],
  'ON CONFLICT DO NOTHING',
)

const oneCustomer = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('customers').selectAll().where('id', '=', param('id')))

const groupsOfCustomer = preparedQuery<{ id: string }>()((db, param) => db.selectFrom('customers').select('group_names').where('id', '=', param('id')))

const lockedCustomer = preparedQuery<{ id: string }>()((db, param, dialect) =>
  db.selectFrom('customers').selectAll().where('id', '=', param('id')).modifyEnd(dialect.forUpdate),
)

const othersEmail = preparedQuery<{ id: string; emailKey: string }>()((db, param) =>
  db.selectFrom('customers').select('id').where('email_key', '=', param('emailKey')).where('id', '<>', param('id')),
)

interface CustomerWrite extends Record<string, unknown> {
  id: string
  expectedVersion: number
  email: string | null
  email_key: string | null
  email_verified_at: SqlTime | null
  name: string | null
  phone: string | null
  group_names: SqlJson
  version: number
  updated_at: SqlTime
}

const updateCustomer = preparedQuery<CustomerWrite>()((db, param) =>
  db
    .updateTable('customers')
    .set({
      email: param('email'),
      email_key: param('email_key'),
      email_verified_at: param('email_verified_at'),
      name: param('name'),
      phone: param('phone'),
      group_names: param('group_names'),
      version: param('version'),
      updated_at: param('updated_at'),
    })
    .where('id', '=', param('id'))
    .where('version', '=', param('expectedVersion')),
)

/** Customers and their addresses over SQL. */
export function sqlCustomerStore(session: SqlSession): CustomerStore {
  const { codecs } = session
  const find = async (customerId: CustomerId) => {
    const row = await oneCustomer.first(session, { id: customerId })
    return row && customerFromRow(codecs, row)
  }
  return {
    find: ({ customerId }) => find(customerId),
    groups: async ({ customerId }) => {
      const row = await groupsOfCustomer.first(session, { id: customerId })
      return row === undefined ? [] : codecs.json.decode<string[]>(row.group_names)
    },
    list: (query) => listCustomers(session, query),
    addresses: ({ customerId }) => addressesOf(session, customerId),
    carts: ({ customerId }) => cartsOf(session, customerId),
    insert: async (customer) => {
      session.changes(ownedByCustomer(customer.id))
      if ((await insertCustomer(session, [customerToRow(codecs, customer)])) === 1) return 'inserted'
      return (await find(customer.id)) === undefined ? 'email_taken' : 'there'
    },
    lock: async ({ customerId }) => {
      const row = await lockedCustomer.first(session, { id: customerId })
      return row && customerFromRow(codecs, row)
    },
    save: (params) => saveCustomer(session, params),
    putAddress: (params) => putAddress(session, params),
    removeAddress: (params) => removeAddress(session, params),
    setDefault: (params) => setDefaultAddress(session, params),
    noteUse: (params) => noteAddresses(session, params),
    claimOrders: (params) => claim(session, params),
    erase: (params) => eraseCustomer(session, params),
  }
}

/** @throws CONFLICT when another transaction takes the address of mail at the same moment */
async function saveCustomer(session: SqlSession, { customer, expectedVersion }: Parameters<CustomerStore['save']>[0]) {
  session.changes(ownedByCustomer(customer.id))
  const { created_at: _created, ...columns } = customerToRow(session.codecs, customer)
  const { id, email_key: key } = columns
  if (key !== null && (await othersEmail.first(session, { id, emailKey: key })) !== undefined) return 'email_taken'
  try {
    return (await updateCustomer.run(session, { ...columns, expectedVersion })) === 1 ? 'saved' : 'stale'
  } catch (error) {
    if (session.dialect.violatedUnique(error) !== 'customers_email') throw error
    throw new CommerceError('CONFLICT', { details: { object: 'email' }, cause: error })
  }
}

async function listCustomers(session: SqlSession, query: CustomerListQuery): Promise<Page<Customer>> {
  let select = session.db.selectFrom('customers').selectAll()
  if (query.emailKey !== undefined) select = select.where('email_key', '=', query.emailKey)
  if (query.after !== undefined) {
    const { createdAt, id } = decodeCustomerCursor(query.after)
    select = select.where(sql<boolean>`(created_at, id) < (${session.codecs.time.encode(createdAt)}, ${id})`)
  }
  const rows = await select
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute()
  const customers = rows.map((row) => customerFromRow(session.codecs, row))
  return pageOf(customers, query.limit, encodeCustomerCursor)
}

function customerToRow({ time, json }: SqlCodecs, customer: Customer) {
  return {
    id: customer.id,
    email: customer.email,
    email_key: customer.email === null ? null : emailKey(customer.email),
    email_verified_at: customer.emailVerifiedAt === null ? null : time.encode(customer.emailVerifiedAt),
    name: customer.name,
    phone: customer.phone,
    group_names: json.encode(customer.groups),
    version: customer.version,
    created_at: time.encode(customer.createdAt),
    updated_at: time.encode(customer.updatedAt),
  }
}

function customerFromRow({ time, json }: SqlCodecs, row: Selectable<Tables['customers']>): Customer {
  return {
    id: row.id as CustomerId,
    email: row.email,
    emailVerifiedAt: row.email_verified_at === null ? null : time.decode(row.email_verified_at),
    name: row.name,
    phone: row.phone,
    groups: json.decode<string[]>(row.group_names),
    version: row.version,
    createdAt: time.decode(row.created_at),
    updatedAt: time.decode(row.updated_at),
  }
}
