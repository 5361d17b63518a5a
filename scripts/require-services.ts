import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'

/** The addresses that the tests of services read. */
const variables = [
  'CARTWRIGHT_PG_URL',
  'CARTWRIGHT_PG_REPLICA_URL',
  'CARTWRIGHT_PGBOUNCER_URL',
  'CARTWRIGHT_REDIS_URL',
  'CARTWRIGHT_REDIS_SENTINEL_URL',
  'CARTWRIGHT_REDIS_CLUSTER_URL',
]

/** Takes the addresses from `.services.env`; those that the environment already has stay. */
export function loadServices(): void {
  const path = join(import.meta.dirname, '..', '.services.env')
  if (existsSync(path)) process.loadEnvFile(path)
}

/** Names the process whose run it is to all that it starts: scratch databases are called after it. */
const testRun = 'CARTWRIGHT_TEST_RUN'

/** Stops a run of the service tests that lacks a server. */
export async function setup(): Promise<void> {
  process.env[testRun] = String(process.pid)
  for (const name of variables) {
    const url = process.env[name]
    if (url === undefined || url === '') throw new Error(`${name} is not set: \`npm run services\` starts the servers and says where they are.`)
    const { hostname, port } = new URL(url)
    await reach(hostname, Number(port), name)
  }
}

/** Drops the databases that this run has made, and those of runs that were killed. Others may be at work on the same server. */
export async function teardown(): Promise<void> {
  const client = new Client({ connectionString: process.env.CARTWRIGHT_PG_URL })
  await client.connect()
  const { rows } = await client.query<{ name: string; run: string }>(
    "SELECT datname AS name, split_part(datname, '_', 2) AS run FROM pg_database WHERE datname LIKE 'scratch\\_%'",
  )
  for (const { name } of rows.filter(({ run }) => run === process.env[testRun] || !isAlive(Number(run))))
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`)
  await client.end()
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function reach(host: string, port: number, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', (cause) => reject(new Error(`Nothing listens at ${name}: start it with \`npm run services\`.`, { cause })))
  })
}
