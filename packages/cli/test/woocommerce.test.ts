import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import type { ImportSummary } from '../src/import/import-run.ts'
import { cartwrightJson, temporaryFolder } from './command.ts'

const folder = temporaryFolder()

const header =
  'ID,Type,SKU,Name,Published,"Visibility in catalog",Description,"In stock?",Stock,"Backorders allowed?","Weight (lbs)","Sale price","Regular price",Categories,Images,Parent,"Attribute 1 name","Attribute 1 value(s)","Attribute 1 visible","Attribute 1 global"'
const rows = [
  '76,variation,TEE-R,"Tee - Red",1,visible,,1,4,0,,,20,,,SKU-TEE,Color,Red,,1',
  '44,variable,SKU-TEE,Tee,1,visible,"Line one\\nLine ""two""",1,,0,.5,,,"Clothing > Tees",https://x.example/tee.jpg,,Color,"Red, Blue",1,1',
  '77,variation,,"Tee - Blue",1,visible,,1,0,1,,18,20,,,id:44,Color,Blue,,1',
  '78,"simple, virtual",,"Gift, wrapped",1,visible,,1,,0,,,5.50,Uncategorized,,,,,,',
  '79,grouped,SET,Set,1,visible,,1,,0,,,,,,,,,,',
  '80,simple,BAD,Bad,1,visible,,1,,0,,,"1,234",,,,,,,',
]

test('a WooCommerce export is known by its header, imported whole, and changes nothing the second time', { timeout: 60_000 }, async () => {
  writeFileSync(join(folder, 'export.csv'), `\uFEFF${[header, ...rows].join('\r\n')}\r\n`)
  const run = () => cartwrightJson<ImportSummary>(folder, ['import', 'export.csv', '--currency', 'EUR', '--db', 'shop.db'])
  const first = await run()
  expect(first.exitCode).toBe(0)
  expect(first.value).toMatchObject({ read: 6, products: 2, variants: 3, created: 2 })
  expect(first.value.rejected).toMatchObject([
    { line: 6, column: 'Type', code: 'UNSUPPORTED_TYPE' },
    { line: 7, column: 'Regular price', code: 'INVALID_PRICE' },
  ])
  expect((await run()).value).toMatchObject({ created: 0, updated: 0, unchanged: 2 })

  const commerce = await createCommerce({ storage: sqliteStorage({ file: join(folder, 'shop.db') }), currency: 'EUR' })
  const tee = await commerce.catalog.get({ handle: 'tee' })
  expect(tee).toMatchObject({ title: 'Tee', description: 'Line one\nLine "two"', options: ['Color'] })
  expect(tee.variants.map(({ sku, prices, weightGrams }) => [sku, prices[0]?.amountMinor, prices[0]?.compareAtMinor ?? null, weightGrams])).toEqual([
    ['TEE-R', 2000, null, 227],
    ['tee-blue', 1800, 2000, 227],
  ])
  expect(await commerce.inventory.levels({ skus: ['TEE-R', 'tee-blue'] })).toMatchObject([{ onHand: 4 }, { onHand: 0 }])
  expect(await commerce.catalog.get({ handle: 'gift-wrapped' })).toMatchObject({ variants: [{ sku: 'gift-wrapped' }] })
  await commerce.close()
})
