/** Checks each built package as npm would publish it: publint for the manifest, are-the-types-wrong for what TypeScript makes of it. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const license = readFileSync(join(root, 'LICENSE'), 'utf8')
let failures = 0

function check(name: string, command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${command} ${name}`)
  if (status === 0) return
  failures += 1
  console.log(stdout, stderr)
}

for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join('packages', name)
  check(name, 'publint', ['run', folder, '--strict'])
  check(name, 'attw', ['--pack', folder, '--profile', 'esm-only', '--no-emoji'])
  if (readFileSync(join(root, folder, 'LICENSE'), 'utf8') === license) continue
  failures += 1
  console.log(`FAILED ${name}: its LICENSE is not the repository's`)
}
process.exitCode = failures > 0 ? 1 : 0
