/**
 * Checks package-lock.json for what makes `npm ci` fail on a machine unlike the one that wrote it. With `--mend` it first sets what npm leaves out.
 *
 * Usage: node scripts/check-lockfile.ts [--mend], with the packages installed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Lockfile, lockfileFaults, mended } from './lockfile/lockfile-rules.ts'

const root = join(import.meta.dirname, '..')
const path = join(root, 'package-lock.json')

function shipsBinary(location: string): boolean {
  const manifest = join(root, location, 'package.json')
  return location.includes('node_modules/') && existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).gypfile === false
}

const read = (): Lockfile => JSON.parse(readFileSync(path, 'utf8'))
if (process.argv.includes('--mend')) writeFileSync(path, `${JSON.stringify(mended(read(), shipsBinary), null, 2)}\n`)
const faults = lockfileFaults(read(), shipsBinary)
for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0
