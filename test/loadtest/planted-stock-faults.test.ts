import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'cartwright-loadtest-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bin = join(import.meta.dirname, '../../packages/cli/src/bin.ts')
const config = join(import.meta.dirname, 'faulty.config.ts')

/** A flash sale of 3 units to 12 buyers in a shop with this fault. */
function flashSale(fault: string) {
  const args = ['--conditions=cartwright-source', bin, 'loadtest', '--scenario', 'flash-sale', '--stock', '3', '--buyers', '12', '--config', config, '--json']
  const env = { ...process.env, LOADTEST_FAULT: fault, LOADTEST_FILE: join(folder, `${fault}.db`) }
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (stdout === '') throw new Error(`no result: ${stderr}`)
  return { exitCode: status, result: JSON.parse(stdout) }
}

test('a load test fails where claims are granted beyond the stock', () => {
  const { exitCode, result } = flashSale('grants')
  expect(result.stock).toEqual({ supply: 3, demand: 12, sold: 12, oversold: 9, undersold: 0 })
  expect(result.ok).toBe(false)
  expect(exitCode).toBe(1)
})

test('a load test fails where buyers are turned away from a full shelf', () => {
  const { exitCode, result } = flashSale('refuses')
  expect(result.stock).toEqual({ supply: 3, demand: 12, sold: 0, oversold: 0, undersold: 3 })
  expect(result.ok).toBe(false)
  expect(exitCode).toBe(1)
})

test('the same shop without the fault passes', () => {
  const { exitCode, result } = flashSale('none')
  expect(result.stock).toEqual({ supply: 3, demand: 12, sold: 3, oversold: 0, undersold: 0 })
  expect(result).toMatchObject({ audit: { violations: 0 }, ok: true })
  expect(exitCode).toBe(0)
})
