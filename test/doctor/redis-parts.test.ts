import { join } from 'node:path'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce } from '@cartwright/core'
import { beforeAll, expect, test } from 'vitest'
import { cartwrightJson, temporaryFolder } from '../../packages/cli/test/command.ts'

const folder = temporaryFolder()
const file = join(folder, 'shop.db')
const config = join(import.meta.dirname, 'redis-parts.config.ts')

beforeAll(async () => {
  const commerce = await createCommerce({ storage: sqliteStorage({ file }), currency: 'USD' })
  await commerce.close()
})

test('doctor asks the Redis of every part, and one that is away is a warning, for carts an error', async () => {
  const parts = ['admission', 'cache', 'carts', 'limits', 'publisher']
  const asked = parts.map(async (part) => {
    const env = { TEST_SHOP_FILE: file, TEST_REDIS_URL: 'redis://127.0.0.1:1/0', TEST_REDIS_PARTS: part }
    const { value, exitCode } = await cartwrightJson<{ findings: { check: string; status: string }[] }>(folder, ['doctor', '--config', config], { env })
    return [part, exitCode, value.findings.filter(({ check }) => check.includes('redis')).map(({ status }) => status)]
  })
  expect(await Promise.all(asked)).toEqual(parts.map((part) => (part === 'carts' ? [part, 1, ['error']] : [part, 0, ['warning']])))
})
