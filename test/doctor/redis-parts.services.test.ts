import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { expect, test } from 'vitest'
import { serviceUrl } from '../../packages/adapters-redis/test/topologies.ts'
import { cartwrightJson, temporaryFolder } from '../../packages/cli/test/command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')

test('doctor finds a sound Redis sound, once for all the parts that are in it', async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
  await commerce.close()
  const env = { TEST_SHOP_FILE: file, TEST_REDIS_URL: serviceUrl('CARTWRIGHT_REDIS_URL'), TEST_REDIS_PARTS: 'admission,cache,carts,limits,publisher' }
  const { value, exitCode } = await cartwrightJson<{ findings: { check: string; status: string }[] }>(
    folder,
    ['doctor', '--config', join(import.meta.dirname, 'redis-parts.config.ts')],
    { env },
  )
  expect(value.findings.filter(({ status }) => status === 'error')).toEqual([])
  expect(exitCode).toBe(0)
  const found = value.findings.filter(({ check }) => check.includes('redis') || check.includes('cart')).map(({ check, status }) => `${check}: ${status}`)
  expect(found).toEqual(expect.arrayContaining(['redis version: ok', 'redis eviction: ok', 'redis persistence: ok']))
  expect(new Set(found).size).toBe(found.length)
})
