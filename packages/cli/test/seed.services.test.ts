import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seededRandom } from '@cartwright/testing'
import { describe, expect, test } from 'vitest'
import { cartwright, cartwrightJson, type ProcessOptions, temporaryFolder } from './command.ts'
import { inDatabase, migratedPostgresDatabase, postgresDump } from './postgres-database.ts'
import type { NotedMemory } from './processes/note-memory.ts'

const folder = temporaryFolder()
const megabyte = 1024 * 1024
/** However busy the machine: none of this is about speed. */
const timeoutMs = 600_000

interface SeedResult {
  readonly variants: number
  readonly digest: string
}

async function seed(url: string, args: readonly string[], options: ProcessOptions = {}) {
  return cartwrightJson<SeedResult>(folder, ['seed', ...args, '--db', url], options)
}

describe('20,000 products', { timeout: timeoutMs }, () => {
  const { url } = migratedPostgresDatabase()

  test('are seeded in bounded memory, each one once, and every invariant holds', async () => {
    const file = join(folder, 'memory.json')
    const execArgv = ['--expose-gc', '--import', join(import.meta.dirname, 'processes/note-memory.ts')]
    const args = ['--products', '20000', '--customers', '20', '--orders', '20']
    const { exitCode, value } = await seed(url, args, { execArgv, env: { MEMORY_FILE: file } })
    expect({ exitCode, value }).toMatchObject({ exitCode: 0, value: { products: 20_000, customers: 20, orders: 20, resumed: false, finished: true } })
    const { live, resident } = JSON.parse(await readFile(file, 'utf8')) as NotedMemory
    console.info(`needed ${Math.round(live / megabyte)} MB, had ${Math.round(resident / megabyte)} MB`)
    // The products alone, kept instead of forgotten with their batch, would take another 64 MB.
    expect(live).toBeGreaterThan(0)
    expect(live).toBeLessThan(85 * megabyte)
    expect(resident).toBeLessThan(450 * megabyte)

    const [counts] = await inDatabase(
      url,
      `SELECT (SELECT count(*)::integer FROM products) AS products, (SELECT count(DISTINCT handle)::integer FROM products) AS handles,
        (SELECT count(*)::integer FROM variants) AS variants, (SELECT count(DISTINCT sku)::integer FROM stock_levels) AS stocked,
        (SELECT count(DISTINCT variant_id)::integer FROM prices) AS priced, (SELECT count(*)::integer FROM orders) AS orders`,
    )
    const { variants } = value
    expect(counts).toEqual({ products: 20_000, handles: 20_000, variants, stocked: expect.any(Number), priced: variants, orders: 20 })
    const audited = await cartwrightJson<{ violations: number }>(folder, ['audit', '--db', url])
    expect(audited).toMatchObject({ exitCode: 0, value: { violations: 0 } })
  })
})

describe('a seed that is killed over and over', { timeout: timeoutMs }, () => {
  const whole = migratedPostgresDatabase()
  const killed = migratedPostgresDatabase()
  const dying = ['--import', join(import.meta.dirname, 'processes/die-at-statement.ts')]
  const small = ['--products', '1100', '--customers', '12', '--orders', '60', '--seed', '7']

  test('is finished by the same command, to the same rows as one that was left alone (seed 521)', async () => {
    const { value } = await seed(whole.url, small)
    const random = seededRandom(521)
    for (const atStatement of [random.integer(1, 60), random.integer(20, 400), random.integer(20, 400)]) {
      const died = await cartwright(folder, ['seed', ...small, '--db', killed.url], { execArgv: dying, env: { DIE_AT_STATEMENT: String(atStatement) } })
      expect(died).toMatchObject({ exitCode: null, stdout: '' })
    }
    expect(await seed(killed.url, small)).toMatchObject({ exitCode: 0, value: { digest: value.digest, resumed: true, finished: true } })
    expect(await postgresDump(killed.url)).toEqual(await postgresDump(whole.url))
  })
})
