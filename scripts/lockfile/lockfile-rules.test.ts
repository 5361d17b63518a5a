import { expect, test } from 'vitest'
import { type Lockfile, lockfileFaults, mended } from './lockfile-rules.ts'

const shipsBinary = (path: string) => path === 'node_modules/driver'
const lockfile: Lockfile = { packages: { '': {}, 'node_modules/driver': { version: '1.0.0' }, 'node_modules/other': { version: '2.0.0' } } }

test('a package that ships its binary is marked, and only that', () => {
  expect(lockfileFaults(lockfile, shipsBinary)).toEqual(['node_modules/driver would be compiled by npm ci: run npm run lock'])
  const file = mended(lockfile, shipsBinary)
  expect(file.packages).toEqual({ '': {}, 'node_modules/driver': { version: '1.0.0', gypfile: false }, 'node_modules/other': { version: '2.0.0' } })
  expect(lockfileFaults(file, shipsBinary)).toEqual([])
})

test("another platform's binaries must be locked too, and no registry named", () => {
  const tool = { version: '1.0.0', resolved: 'https://example.com/tool.tgz', optionalDependencies: { 'tool-linux': '1.0.0', 'tool-mac': '1.0.0' } }
  const file: Lockfile = { packages: { 'node_modules/tool': tool, 'node_modules/tool/node_modules/tool-linux': { version: '1.0.0' } } }
  expect(lockfileFaults(file, () => false)).toEqual([
    "node_modules/tool names a registry's host: see .npmrc",
    'tool-mac, which node_modules/tool has for another platform, is missing: npm ci would refuse the file',
  ])
})
