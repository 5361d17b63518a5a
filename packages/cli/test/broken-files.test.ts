import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import type { ImportSummary } from '../src/import/import-run.ts'
import { brokenShopifyFile } from './broken-shopify-file.ts'
import { cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()

test.each([1, 2, 3])('a Shopify CSV with 200 broken rows loses no good row and names every bad one (seed %i)', async (seed) => {
  const file = brokenShopifyFile(seed, 200)
  writeFileSync(join(folder, `broken-${seed}.csv`), file.bytes)
  const { value, exitCode } = await cartwrightJson<ImportSummary>(folder, ['import', `broken-${seed}.csv`, '--db', `broken-${seed}.db`])

  const found = value.rejected.map(({ line, code }) => `${line} ${code}`)
  expect(found).toEqual([...file.broken].map(([line, code]) => `${line} ${code}`))
  expect(value).toMatchObject({ read: file.rows, products: file.good.size, variants: 2 * file.good.size, created: file.good.size, updated: 0, unchanged: 0 })
  expect(exitCode).toBe(0)

  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, `broken-${seed}.db`) }), currency: 'USD' })
  for (const [handle, skus] of file.good) {
    const product = await commerce.catalog.get({ handle })
    expect(product.variants.map(({ sku }) => sku)).toEqual(skus)
  }
  await commerce.close()
})

test('a JSONL file with broken lines loses no good line and names every bad one', async () => {
  const record = (handle: string, more: object = {}) => ({
    handle,
    title: handle,
    variants: [{ sku: handle, prices: [{ currency: 'USD', amountMinor: 100 }] }],
    ...more,
  })
  const variant = (sku: string, more: object = {}) => ({ sku, prices: [{ currency: 'USD', amountMinor: 100 }], ...more })
  const lines: readonly (readonly [text: string | Buffer, code: string | null])[] = [
    [JSON.stringify(record('one')), null],
    ['{"handle": "cut off"', 'INVALID_JSON'],
    ['["a list"]', 'INVALID_JSON'],
    ['', null],
    ['null', 'INVALID_JSON'],
    [JSON.stringify({ ...record('x'), handle: undefined }), 'INVALID_INPUT'],
    [JSON.stringify({ ...record('x'), title: '' }), 'INVALID_INPUT'],
    [JSON.stringify(record('x', { colour: 'unknown field' })), 'INVALID_INPUT'],
    [JSON.stringify(record('x', { variants: [] })), 'INVALID_INPUT'],
    [JSON.stringify(record('x', { variants: [variant('x', { prices: [{ currency: 'QQQ', amountMinor: 1 }] })] })), 'UNKNOWN_CURRENCY'],
    [JSON.stringify(record('two', { variants: [variant('two'), variant('bad', { prices: [{ currency: 'USD', amountMinor: -1 }] })] })), 'INVALID_INPUT'],
    [JSON.stringify(record('three', { variants: [variant('three'), variant('three')] })), 'DUPLICATE_SKU'],
    [JSON.stringify(record('x', { variants: [variant('one')] })), 'SKU_TAKEN'],
    [JSON.stringify(record('x', { variants: [variant('x', { stock: [{ quantity: 1.5 }] })] })), 'INVALID_INPUT'],
    [JSON.stringify(record('one')), 'HANDLE_REPEATED'],
    [Buffer.from(JSON.stringify(record('x', { title: 'Café' })), 'latin1'), 'BAD_ENCODING'],
    [`${JSON.stringify(record('x'))}\u0000`, 'NUL_BYTE'],
    [JSON.stringify(record('x', { description: 'x'.repeat(1024 * 1024) })), 'TOO_LONG'],
    [JSON.stringify(record('x', { title: 'good at last' })), null],
    [JSON.stringify(record('last')), null],
  ]
  const bytes = Buffer.concat(lines.flatMap(([text]) => [Buffer.from(text), Buffer.from('\n')]))
  writeFileSync(join(folder, 'broken.jsonl.gz'), gzipSync(bytes))
  const { value } = await cartwrightJson<ImportSummary>(folder, ['import', 'broken.jsonl.gz', '--db', 'lines.db'])

  const expected = lines.flatMap(([, code], index) => (code === null ? [] : [`${index + 1} ${code}`]))
  expect([...new Set(value.rejected.map(({ line, code }) => `${line} ${code}`))]).toEqual(expected)
  expect(value).toMatchObject({ read: lines.length - 1, products: 5, variants: 5, created: 5 })
})

test('a gzip file that breaks off gives what could be read and says where it ended', async () => {
  const records = Array.from({ length: 2000 }, (_, index) =>
    JSON.stringify({ handle: `p${index}`, title: `P ${Math.sin(index)}`, variants: [{ sku: `p${index}`, prices: [{ currency: 'USD', amountMinor: index }] }] }),
  )
  const packed = gzipSync(records.join('\n'))
  writeFileSync(join(folder, 'cut.jsonl.gz'), packed.subarray(0, packed.length / 2))
  const { value } = await cartwrightJson<ImportSummary>(folder, ['import', 'cut.jsonl.gz', '--db', 'cut.db'])
  expect(value.products).toBeGreaterThan(100)
  expect(value.rejected.at(-1)).toMatchObject({ code: 'UNREADABLE' })
})
