import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'

async function emptyDatabase(): Promise<string> {
  const server = process.env.CARTWRIGHT_PG_URL
  if (server === undefined) throw new Error('CARTWRIGHT_PG_URL is not set; run the tests with `npm run test:services`')
  const name = `example_${randomBytes(8).toString('hex')}`
  const client = new Client({ connectionString: server })
  await client.connect()
  onTestFinished(async () => {
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.end()
  })
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0`)
  return Object.assign(new URL(server), { pathname: `/${name}` }).href
}

test('sells two mugs and gives points for them', async () => {
  const env = { ...process.env, DATABASE_URL: await emptyDatabase() }
  const script = join(import.meta.dirname, 'loyalty.ts')
  const said = execFileSync(process.execPath, ['--conditions=cartwright-source', script], { env, encoding: 'utf8' })
  expect(said).toMatch(/^order [2-9A-Z]{4}-[2-9A-Z]{4}: confirmed, 25 points\n$/)
})
