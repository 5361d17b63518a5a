import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quickstart-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const quickstart = () =>
  execFileSync(process.execPath, ['--conditions=cartwright-source', join(import.meta.dirname, 'quickstart.ts')], { cwd: folder, encoding: 'utf8' })

test('buys two pairs of shoes from an empty folder', () => {
  expect(quickstart().trimEnd().split('\n')).toEqual([
    'found: Trail running shoes (TRAIL-42)',
    'total: 23800 USD',
    expect.stringMatching(/^order [2-9A-Z]{4}-[2-9A-Z]{4}: confirmed$/),
  ])
})

test('runs again on the same file: importing the products again changes nothing, and a second order is placed', () => {
  const [, , first] = quickstart().split('\n')
  const [, , second] = quickstart().split('\n')
  expect(second).toMatch(/: confirmed$/)
  expect(second).not.toBe(first)
})
