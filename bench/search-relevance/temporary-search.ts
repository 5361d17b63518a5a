import { randomBytes } from 'node:crypto'
import { type PostgresSearch, postgresSearch } from '@cartwright/adapters-postgres'
import { Client } from 'pg'

/** An index in a database of its own on the server that CARTWRIGHT_PG_URL names. @returns `drop` deletes the database; call it when the index is closed. */
export async function temporarySearch(): Promise<{ readonly search: PostgresSearch; readonly drop: () => Promise<void> }> {
  const server = process.env.CARTWRIGHT_PG_URL
  if (server === undefined || server === '')
    throw new Error('CARTWRIGHT_PG_URL is not set: it names the server; `npm run services` starts one and writes its address to .services.env')
  const name = `bench_${randomBytes(8).toString('hex')}`
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE template0`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const search = postgresSearch({ url: url.href })
  await search.migrations.up()
  return { search, drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`) }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}
