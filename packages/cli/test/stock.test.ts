import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import { cartwright, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const db = ['--db', `sqlite:${file}`]

interface Levels {
  readonly items: readonly { readonly sku: string; readonly location: string; readonly onHand: number; readonly reserved: number; readonly available: number }[]
  readonly next: string | null
}

test('stock is listed, shown, set and adjusted, and its ledger says why', { timeout: 120_000 }, async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
  const variants = ['MUG', 'POT'].map((sku) => ({ sku, prices: [{ currency: 'USD', amountMinor: 100 }] }))
  await commerce.catalog.upsertMany({ products: variants.map((variant) => ({ handle: variant.sku.toLowerCase(), title: variant.sku, variants: [variant] })) })
  await commerce.inventory.ensureLocation({ code: 'north' })
  const stock = async <Value>(...args: string[]) => cartwrightJson<Value>(folder, ['stock', ...args, ...db])

  expect((await stock('set', 'MUG', '--to', '5')).value).toMatchObject({ sku: 'MUG', location: 'main', onHand: 5, delta: 5, shortfalls: [] })
  await stock('set', 'POT', '--to', '2', '--location', 'north')
  const adjust = ['adjust', 'MUG', '--by', '-2', '--reason', 'damaged', '--note', 'dropped', '--key', 'shelf-4']
  expect((await stock(...adjust)).value).toMatchObject({ onHand: 3, delta: -2 })
  expect((await stock(...adjust)).value).toMatchObject({ onHand: 3, delta: -2 })

  await commerce.inventory.reserve({ claims: [{ sku: 'MUG', quantity: 3 }], holder: { type: 'external', id: 'till' } })
  const lists = [['list'], ['list', '--low', '0'], ['list', '--location', 'north'], ['list', '--limit', '1']]
  const [all, low, north, first] = await Promise.all(lists.map(async (args) => (await stock<Levels>(...args)).value))
  expect(all?.items).toEqual([
    { sku: 'MUG', location: 'main', onHand: 3, reserved: 3, available: 0 },
    { sku: 'POT', location: 'north', onHand: 2, reserved: 0, available: 2 },
  ])
  expect([low, north].map((list) => list?.items.map(({ sku }) => sku))).toEqual([['MUG'], ['POT']])
  expect((await stock<Levels>('list', '--limit', '1', '--after', first?.next ?? '')).value).toMatchObject({ items: [{ sku: 'POT' }], next: null })

  const refused = await cartwright(folder, ['stock', 'set', 'MUG', '--to', '1', ...db])
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('STOCK_RESERVED') })
  const forced = await cartwright(folder, ['stock', 'set', 'MUG', '--to', '1', '--backorder', ...db])
  expect(forced.stdout).toMatch(/2 units went[\s\S]*2 of external till wait for goods/)

  const ledger = await stock<{ items: { delta: number; reason: string; note: string | null }[] }>('ledger', 'MUG')
  expect(ledger.value.items.map(({ delta, reason, note }) => [delta, reason, note])).toEqual([
    [-2, 'counted', null],
    [-2, 'damaged', 'dropped'],
    [5, 'counted', null],
  ])
  const shown = await cartwright(folder, ['stock', 'show', 'MUG', ...db])
  expect(shown.stdout).toMatch(/MUG +main +1 +1 +0[\s\S]*Ledger[\s\S]*damaged +dropped/)
  await commerce.close()
})

test('what cannot be meant is refused', { timeout: 60_000 }, async () => {
  const [nothing, sold, unknown] = await Promise.all([
    cartwright(folder, ['stock', 'adjust', 'MUG', '--by', '0', '--reason', 'damaged', ...db]),
    cartwright(folder, ['stock', 'adjust', 'MUG', '--by', '1', '--reason', 'sale', ...db]),
    cartwright(folder, ['stock', 'show', 'NONE', ...db]),
  ])
  expect([nothing.exitCode, sold.exitCode]).toEqual([2, 2])
  expect(unknown).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('NOT_FOUND') })
})
