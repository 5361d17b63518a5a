import { type Clock, type Commerce, createCommerce, databaseClock, type PaymentProvider } from '@cartwright/core'
import { fakePayments } from '@cartwright/testing'
import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely'
import { Pool, type PoolConfig, types } from 'pg'
import type { PostgresHostTransaction } from '../src/host-transaction.ts'
import { postgresStorage } from '../src/postgres-storage.ts'
import { onServer } from './scratch-database.ts'

/** The host's own table, which knows nothing of the shop. */
export interface HostTables {
  readonly host_rows: { readonly note: string }
}

export const createHostTable = 'CREATE TABLE host_rows (note text PRIMARY KEY)'

const actor = { type: 'customer', customerId: 'ada' } as const
const shippingAddress = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }

interface HostShopOptions {
  readonly url: string
  readonly stock: number
  readonly bank?: PaymentProvider
  readonly clock?: Clock
}

/** A shop with so many mugs on sale, which a host shares its database with. */
export async function openHostShop({ url, stock, bank = fakePayments(), clock = databaseClock }: HostShopOptions) {
  const commerce = await createCommerce({ storage: postgresStorage({ url }), currency: 'USD', payments: [bank], clock })
  const prices = [{ currency: 'USD', amountMinor: 1250 }]
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', variants: [{ sku: 'MUG', prices, stock: [{ quantity: stock }] }] }] })
  return { commerce, bank }
}

/** What a buyer's cart of one mug is placed with. */
export async function quotedMug(commerce: Commerce<PostgresHostTransaction>, idempotencyKey = 'the-mug') {
  const { cart } = await commerce.carts.create({ actor })
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'MUG', quantity: 1 })
  const { total } = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  return { actor, cartId: cart.id, expectedTotal: total, payment: { provider: 'fake', method: 'card_ok' }, idempotencyKey }
}

/** What is in stock, and how many orders and notes of the host there are. */
export async function remains(url: string): Promise<Record<string, unknown> | undefined> {
  const counts = `SELECT (SELECT count(*)::int FROM orders) AS orders, (SELECT count(*)::int FROM host_rows) AS notes,
    (SELECT sum(reserved)::int FROM stock_levels) AS reserved`
  return (await onServer(url, counts))[0]
}

/** Finds nothing wrong, with the money compared to the bank's. */
export async function auditFindings({ commerce }: { readonly commerce: Commerce<PostgresHostTransaction> }) {
  const { checks } = await commerce.audit({ providers: true })
  return checks.filter(({ violations }) => violations > 0)
}

/** Runs the host's work in a transaction of its own. */
type InHostTransaction = <T>(work: (transaction: PostgresHostTransaction, note: (text: string) => Promise<unknown>) => Promise<T>) => Promise<T>

export interface Host {
  readonly name: string
  open(url: string): { readonly inTransaction: InHostTransaction; close(): Promise<void> }
}

/** A host that has taught its driver other types than ours, which must not matter. */
const oddTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === types.builtins.INT8) return BigInt
    if (oid === types.builtins.TIMESTAMPTZ || oid === types.builtins.JSONB) return (text: string) => `<${text}>`
    return types.getTypeParser(oid, format)
  },
} as NonNullable<PoolConfig['types']>

export const plainHost: Host = {
  name: 'Kysely',
  open: (url) => kyselyHost(new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }) })),
}

export const hosts: readonly Host[] = [
  {
    name: 'Kysely with a plugin and types of its own',
    open: (url) =>
      kyselyHost(
        new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url, types: oddTypes }) }), plugins: [new CamelCasePlugin()] }),
      ),
  },
  { name: 'a client of pg, with its usual types', open: (url) => clientHost(new Pool({ connectionString: url })) },
]

function kyselyHost(db: Kysely<HostTables>) {
  const inTransaction: InHostTransaction = (work) =>
    db.transaction().execute((trx) => work(trx, (note) => trx.insertInto('host_rows').values({ note }).execute()))
  return { inTransaction, close: () => db.destroy() }
}

function clientHost(pool: Pool) {
  const inTransaction: InHostTransaction = async (work) => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      const result = await work(client, (note) => client.query('INSERT INTO host_rows VALUES ($1)', [note]))
      await client.query('COMMIT')
      return result
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    } finally {
      client.release()
    }
  }
  return { inTransaction, close: () => pool.end() }
}
