import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce } from '@cartwright/core'
import { afterAll, expect, test } from 'vitest'
import { importPrices, type PriceImportSummary } from '../src/import/import-prices.ts'
import { cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()
const staff = { type: 'admin', id: 'ops' } as const
const opened: Commerce[] = []
afterAll(async () => {
  for (const commerce of opened) await commerce.close()
})

/** A shop with so many mugs, and the lists `trade` in euro and `yen`. */
async function shop(mugs: number, file = ':memory:'): Promise<Commerce> {
  const storage = sqliteStorage({ file })
  await storage.migrations.up()
  const commerce = await createCommerce({ storage, currency: 'EUR' })
  opened.push(commerce)
  const variants = Array.from({ length: mugs }, (_, index) => ({
    sku: `MUG-${index}`,
    options: { No: String(index) },
    prices: [{ currency: 'EUR', amountMinor: 900 }],
  }))
  await commerce.catalog.upsertMany({ products: [{ handle: 'mug', title: 'Mug', options: ['No'], variants }] })
  await commerce.prices.save({ actor: staff, code: 'trade', name: 'Trade', currency: 'EUR' })
  await commerce.prices.save({ actor: staff, code: 'yen', name: 'Yen', currency: 'JPY' })
  return commerce
}

function written(name: string, text: string | Buffer): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

async function pricesOf({ prices }: Commerce, code: string) {
  return (await prices.prices({ actor: staff, code, limit: 1_000 })).items.map(({ sku, minQuantity, amountMinor }) => [sku, minQuantity, amountMinor])
}

test('rows of several lists go where they belong, and each bad row is told by its line and column', async () => {
  const commerce = await shop(2)
  const rows = [
    'List,SKU,Currency,Amount,From quantity',
    'trade,MUG-0,EUR,8.50,',
    'trade,MUG-0,,7.25,50',
    'yen,MUG-1,jpy,1200,1',
    ',MUG-1,,5,',
    'vip,MUG-1,,5,',
    'trade,MUG-9,,5,',
    'trade,MUG-1,USD,5,',
    'trade,MUG-1,,5.555,',
    'trade,MUG-1,,5,0',
    'trade,,,5,',
    'trade,MUG-1,,,',
    `trade,${'x'.repeat(101)},,5,`,
    '',
    'trade,MUG-1,,6,',
    'trade,MUG-1,,6.10,1',
  ]
  const file = written('prices.csv', rows.join('\n'))
  const summary = await importPrices({ file, list: undefined, prices: commerce.prices })
  expect(summary).toMatchObject({ read: 14, set: 4, lists: 2 })
  expect(summary.rejected.map(({ line, column, code }) => `${line} ${column} ${code}`)).toEqual([
    '5 list MISSING_LIST',
    '6 List UNKNOWN_LIST',
    '7 sku UNKNOWN_SKU',
    '8 Currency OTHER_CURRENCY',
    '9 Amount INVALID_PRICE',
    '10 From quantity INVALID_QUANTITY',
    '11 sku MISSING_SKU',
    '12 amount MISSING_PRICE',
    '13 sku UNKNOWN_VALUE',
  ])
  const trade = [
    ['MUG-0', 1, 850],
    ['MUG-0', 50, 725],
    ['MUG-1', 1, 610],
  ]
  expect(await pricesOf(commerce, 'trade')).toEqual(trade)
  expect(await pricesOf(commerce, 'yen')).toEqual([['MUG-1', 1, 1200]])
  await importPrices({ file, list: undefined, prices: commerce.prices })
  expect(await pricesOf(commerce, 'trade')).toEqual(trade)
})

test('a file of more prices than one transaction takes, and of JSON, by the list that the call names', async () => {
  const commerce = await shop(900)
  const lines = Array.from({ length: 1_800 }, (_, index) => JSON.stringify({ sku: `MUG-${index >> 1}`, amountMinor: index, fromQuantity: 1 + (index % 2) * 9 }))
  const batches: number[] = []
  const prices: Parameters<typeof importPrices>[0]['prices'] = {
    get: (params) => commerce.prices.get(params),
    setPrices: (params) => {
      batches.push(params.prices.length)
      return commerce.prices.setPrices(params)
    },
  }
  const summary = await importPrices({ file: written('prices.jsonl.gz', gzipSync(lines.join('\n'))), list: 'trade', prices })
  expect([summary, batches]).toEqual([{ read: 1_800, set: 1_800, lists: 1, rejected: [] }, [1_000, 800]])
})

test('the command imports, and fails with --strict over one bad row', { timeout: 60_000 }, async () => {
  await (await shop(1, join(folder, 'shop.db'))).prices.get({ actor: staff, code: 'trade' })
  written('two.csv', 'sku,amount\nMUG-0,8.00\nMUG-1,8.00\n')
  const args = ['prices', 'import', 'two.csv', '--list', 'trade', '--strict', '--db', 'sqlite:./shop.db']
  const { value, exitCode } = await cartwrightJson<PriceImportSummary>(folder, args)
  expect(exitCode).toBe(1)
  expect(value).toMatchObject({ read: 2, set: 1, lists: 1, rejected: [{ line: 3, column: 'sku', code: 'UNKNOWN_SKU' }] })
})
