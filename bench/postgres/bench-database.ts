import pg from 'pg'

/** The server that the benchmarks use. @throws when `npm run services` has not been run */
function serverUrl(): string {
  const url = process.env.CARTWRIGHT_PG_URL
  if (url === undefined) throw new Error('CARTWRIGHT_PG_URL is not set: run `npm run services`, and load .services.env')
  return url
}

export function databaseUrl(name: string): string {
  const url = new URL(serverUrl())
  url.pathname = name
  return url.toString()
}

/** Makes a database anew. @param template - whose copy it is; empty by default. */
export async function remakeDatabase(name: string, template = 'template0'): Promise<string> {
  await onServer((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  await onServer((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  return databaseUrl(name)
}

export async function dropDatabase(name: string): Promise<void> {
  await onServer((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
}

export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, pipeline: true } as pg.ClientConfig)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Rows of every table: two runs that did the same work agree in all of them. */
export async function rowCounts(url: string): Promise<Readonly<Record<string, number>>> {
  return connected(url, async (client) => {
    const { rows: tables } = await client.query("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    const counts: Record<string, number> = {}
    for (const { name } of tables) counts[name] = Number((await client.query(`SELECT count(*) FROM "${name}"`)).rows[0].count)
    return counts
  })
}

function onServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  return connected(serverUrl(), work)
}
