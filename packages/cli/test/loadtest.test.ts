import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LoadResult } from '../src/loadtest/load-result.ts'
import { cartwright, cartwrightBin, cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const db = ['--db', 'sqlite:./shop.db']
const saleDb = ['--db', 'sqlite:./sale.db']
const loadtest = (...args: readonly string[]) => cartwrightJson<LoadResult>(folder, ['loadtest', ...args])

const nothingSold = { supply: 0, demand: 0, sold: 0, oversold: 0, undersold: 0 }

describe('a flash sale', () => {
  let sale: Awaited<ReturnType<typeof loadtest>>
  beforeAll(async () => {
    sale = await loadtest('--scenario', 'flash-sale', '--stock', '10', '--buyers', '60', '--objective', 'p99=60s', '--report', 'sale.html', ...saleDb)
  })

  test('sells exactly what is there, and says OUT_OF_STOCK to everybody else', () => {
    const { value, exitCode } = sale
    expect(value.stock).toEqual({ supply: 10, demand: 60, sold: 10, oversold: 0, undersold: 0 })
    expect(value.operations['checkout.place']).toMatchObject({ count: 60, errors: 0, refusals: { OUT_OF_STOCK: 50 } })
    expect(value.operations.purchase?.count).toBe(10)
    expect(value).toMatchObject({
      scenario: 'flash-sale',
      audit: { violations: 0 },
      objectives: [{ objective: 'p99=60s', met: true }],
      interrupted: false,
      ok: true,
    })
    expect(exitCode).toBe(0)
  })

  test('prints each figure as a number, in order', () => {
    const { operations, seconds } = sale.value
    expect(Object.keys(operations)).toEqual(expect.arrayContaining(['carts.create', 'carts.addLine', 'checkout.quote', 'checkout.place', 'purchase']))
    for (const { count, perSecond, p50, p95, p99, max } of Object.values(operations)) {
      expect(perSecond).toBeCloseTo(count / seconds, 0)
      expect([p50, p95, p99, max].every((ms) => ms > 0)).toBe(true)
      expect([p50, p95, p99, max]).toEqual([p50, p95, p99, max].sort((a, b) => a - b))
    }
  })

  test('reports itself as one page that asks nobody for anything', () => {
    const page = readFileSync(join(folder, 'sale.html'), 'utf8')
    for (const part of [
      'Load test: flash-sale',
      'Throughput',
      'Latency of checkout.place',
      'OUT_OF_STOCK',
      'Units, of the SKUs',
      'Every invariant holds',
      'p99=60s',
      'sqlite',
    ]) {
      expect(page).toContain(part)
    }
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|https?:/)
  })

  test('takes its SKU off sale, and another one in the same shop is judged by itself', async () => {
    const { value, stderr, exitCode } = await loadtest('--scenario', 'flash-sale', '--stock', '5', '--buyers', '8', '--strategy', 'batched', ...saleDb)
    expect(stderr).toMatch(/Put 5 units of LOADTEST-[0-9A-F]{8} on sale/)
    expect(value.stock).toEqual({ supply: 5, demand: 8, sold: 5, oversold: 0, undersold: 0 })
    expect(value.audit).toEqual({ violations: 0, checks: [] })
    expect(exitCode).toBe(0)
    const { value: found } = await cartwrightJson<{ items: readonly unknown[] }>(folder, ['search', 'query', 'flash', 'sale', ...saleDb])
    expect(found.items).toEqual([])
  })

  test('leaves a shop that is filled as an empty one is', async () => {
    const { stderr, exitCode } = await loadtest('--scenario', 'search', '--operations', '10', ...saleDb)
    expect(stderr).toContain('The shop was empty')
    expect(exitCode).toBe(0)
  })

  test('that is interrupted serves who is there, audits, and says so', async () => {
    const args = ['loadtest', '--scenario', 'flash-sale', '--stock', '5', '--buyers', '100000', '--clients', '8', '--json', ...saleDb]
    const child = spawn(process.execPath, ['--conditions=cartwright-source', cartwrightBin, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      // The first figures are there: some buyers have been served.
      if (text.includes('calls/s')) child.kill('SIGINT')
    })
    const exitCode = await new Promise((resolve) => child.on('close', resolve))
    const value = JSON.parse(stdout) as LoadResult
    expect(value).toMatchObject({ interrupted: true, audit: { violations: 0 }, stock: { oversold: 0, undersold: 0 }, ok: true })
    expect(value.stock.demand).toBeGreaterThan(5)
    expect(exitCode).toBe(0)
  })
})

describe('an empty shop', () => {
  test('is filled, and a missed objective fails the test', async () => {
    const { value, stderr, exitCode } = await loadtest(
      '--scenario',
      'browse',
      '--operations',
      '80',
      '--clients',
      '4',
      '--objective',
      'catalog.get.max=0.001ms',
      ...db,
    )
    expect(stderr).toContain('The shop was empty: filled it with 500 made-up products')
    expect(Object.keys(value.operations).sort()).toEqual(['catalog.get', 'catalog.list', 'catalog.listCategories'])
    expect(Object.values(value.operations).reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(80)
    expect(value.objectives).toEqual([{ objective: 'catalog.get.max=0.001ms', actual: value.operations['catalog.get']?.max, met: false }])
    expect(value).toMatchObject({ stock: nothingSold, audit: { violations: 0 }, ok: false })
    expect(exitCode).toBe(1)
  })

  test('is searched at a rate', async () => {
    const { value, stderr, exitCode } = await loadtest('--scenario', 'search', '--operations', '60', '--rate', '300/s', ...db)
    expect(stderr).not.toContain('was empty')
    expect(value.operations['search.query']).toMatchObject({ errors: 0, refusals: {} })
    expect(value.operations['search.query']?.count).toBeGreaterThanOrEqual(60)
    expect(exitCode).toBe(0)
  })

  test('sells baskets, and is sound afterwards', async () => {
    const { value, exitCode } = await loadtest('--scenario', 'checkout', '--operations', '150', '--clients', '4', '--think', '0', ...db)
    const { operations, stock } = value
    expect(operations['checkout.place']?.count).toBeGreaterThanOrEqual(4)
    expect(operations['checkout.place']?.errors).toBe(0)
    expect(stock.sold).toBe(stock.demand)
    expect(stock.sold).toBeGreaterThan(0)
    expect(value).toMatchObject({ stock: { oversold: 0, undersold: 0 }, audit: { violations: 0 }, ok: true })
    expect(exitCode).toBe(0)
    expect((await cartwright(folder, ['audit', ...db])).exitCode).toBe(0)
  })

  test('that has been filled keeps its stock', async () => {
    const { exitCode, stderr } = await cartwright(folder, ['loadtest', '--scenario', 'checkout', '--stock', '5', ...db])
    expect(stderr).toContain('whose stock is left as it is')
    expect(exitCode).toBe(1)
  })
})

test.each([
  [['--rate', '5', '--clients', '5'], 2],
  [['--objective', 'p98=5ms'], 2],
  [['--duration', '5 minutes'], 2],
  [['--scenario', 'riot'], 2],
  [['--db', 'sqlite::memory:'], 1],
])('%j makes no sense', async (args, code) => {
  const { exitCode, stdout } = await cartwright(folder, ['loadtest', ...args])
  expect(exitCode).toBe(code)
  expect(stdout).toBe('')
})
