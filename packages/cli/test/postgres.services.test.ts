import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import type { ImportSummary } from '../src/import/import-run.ts'
import type { LoadResult } from '../src/loadtest/load-result.ts'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'
import { inDatabase, postgresDatabase } from './postgres-database.ts'

const catalogue = fileURLToPath(new URL('../../../examples/demo/catalogue.csv', import.meta.url))
const folder = temporaryFolder()
const database = postgresDatabase()
const { url } = database
const db = ['--db', url]

/** One order that costs nothing, placed through the library. */
async function placeOrder(): Promise<string> {
  const commerce = await createCommerce({ storage: postgresStorage({ url }), currency: 'USD' })
  await commerce.catalog.upsertMany({
    products: [
      { handle: 'leaflet', title: 'Leaflet', variants: [{ sku: 'LEAFLET', prices: [{ currency: 'USD', amountMinor: 0 }], stock: [{ quantity: 5 }] }] },
    ],
  })
  const { cart, guestToken } = await commerce.carts.create({})
  const actor = { type: 'guest', token: guestToken as string } as const
  await commerce.carts.addLine({ actor, cartId: cart.id, sku: 'LEAFLET', quantity: 2 })
  const shippingAddress = { name: 'A Reader', line1: '1 Quay Street', city: 'Bristol', postalCode: 'BS1 4DJ', country: 'GB' }
  const quote = await commerce.checkout.quote({ actor, cartId: cart.id, shippingAddress, shippingMethod: 'standard' })
  const idempotencyKey = `order-${cart.id}`
  const placed = await commerce.checkout.place({ actor, cartId: cart.id, expectedTotal: quote.total, email: 'reader@example.com', idempotencyKey })
  await commerce.close()
  return placed.order.number
}

test('a shop on Postgres is made, filled, sold from, looked at and audited by the commands, as one in a file is', async () => {
  const before = await cartwright(folder, ['search', 'query', 'shoes', ...db])
  expect(before.exitCode).not.toBe(0)
  expect(before.stderr).toContain('cartwright migrate')

  const migrated = await cartwrightJson<{ applied: readonly string[] }>(folder, ['migrate', ...db])
  expect(migrated.value.applied).toContain('0001_first_shop')
  const findings = await cartwrightJson<unknown>(folder, ['doctor', ...db])
  expect(findings.exitCode).toBe(0)
  expect(findings.stdout).toContain('synchronous_commit')

  const imported = await cartwrightJson<ImportSummary>(folder, ['import', catalogue, ...db])
  expect(imported.value).toEqual({ read: 145, products: 60, variants: 145, created: 60, updated: 0, unchanged: 0, rejected: [] })
  const again = await cartwrightJson<ImportSummary>(folder, ['import', catalogue, ...db])
  expect(again.value).toMatchObject({ created: 0, updated: 0, unchanged: 60 })
  const found = await cartwrightJson<{ items: { title: string }[] }>(folder, ['search', 'query', 'runing shoes', ...db])
  expect(found.value.items[0]?.title).toMatch(/Running Shoes/)

  const number = await placeOrder()
  const listed = await cartwrightJson<{ items: { number: string }[] }>(folder, ['orders', 'list', ...db])
  expect(listed.value.items.map((order) => order.number)).toEqual([number])
  const shown = await cartwrightJson<{ number: string }>(folder, ['orders', 'show', number, ...db])
  expect(shown.exitCode).toBe(0)
  expect(shown.stdout).toContain(number)

  expect((await cartwright(folder, ['worker', '--once', ...db])).exitCode).toBe(0)
  const audited = await cartwright(folder, ['audit', ...db])
  expect(audited.stderr).toBe('')
  expect(audited.exitCode).toBe(0)
  expect(existsSync(join(folder, 'cartwright.db'))).toBe(false)
})

test('search is answered by the database once `search reindex` has built it there, and fed by the worker', async () => {
  const { value } = await cartwrightJson<{ documents: number }>(folder, ['search', 'reindex', ...db])
  expect(value.documents).toBe(61)
  const query = async (text: string) => {
    const found = await cartwrightJson<{ items: { title: string }[] }>(folder, ['search', 'query', text, ...db])
    return found.value.items[0]?.title
  }
  expect(await query('runing shoes')).toMatch(/Running Shoes/)
  await inDatabase(url, "UPDATE search_documents SET title = 'As the index has it' WHERE handle = 'leaflet'")
  expect(await query('leaflet')).toBe('As the index has it')

  const status = await cartwrightJson<{ migrations: { name: string; appliedAt: string | null }[] }>(folder, ['migrate', 'status', ...db])
  expect(status.value.migrations.at(-1)).toMatchObject({ name: 'search 0003_browsing', appliedAt: expect.any(String) })
  expect((await cartwrightJson<{ findings: unknown[] }>(folder, ['doctor', ...db])).value.findings).toContainEqual(
    expect.objectContaining({ check: 'search content', status: 'ok' }),
  )
  const fed = await cartwrightJson<{ search: { failed: number } }>(folder, ['worker', '--once', '--jobs', 'search', ...db])
  expect(fed.value.search.failed).toBe(0)
})

test('the commands work through pgbouncer when the address says so', async () => {
  const listed = await cartwrightJson<{ items: unknown[] }>(folder, ['orders', 'list', '--db', `${database.by('CARTWRIGHT_PGBOUNCER_URL')}?pgbouncer=true`])
  expect(listed.value.items).toHaveLength(1)
})

test('a flash sale from several processes sells exactly what a shop on Postgres has', async () => {
  const args = ['loadtest', '--scenario', 'flash-sale', '--stock', '5', '--buyers', '20', ...db]
  const { value, exitCode } = await cartwrightJson<LoadResult>(folder, args)
  expect(value).toMatchObject({ stock: { supply: 5, demand: 20, sold: 5, oversold: 0, undersold: 0 }, audit: { violations: 0 }, ok: true })
  expect(exitCode).toBe(0)
})
