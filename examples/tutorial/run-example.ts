import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Runs an example of this folder in a process of its own, as a reader would. @returns the lines that it prints */
export function runExample(name: string, ...args: readonly string[]): readonly string[] {
  const file = join(import.meta.dirname, `${name}.ts`)
  const output = execFileSync(process.execPath, ['--conditions=cartwright-source', file, ...args], { encoding: 'utf8' })
  return output.trimEnd().split('\n')
}
