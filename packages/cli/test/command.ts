import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command's source. */
export const cartwrightBin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

/** Runs the real command from source in `cwd`. */
export function cartwright(cwd: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--conditions=cartwright-source', cartwrightBin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
}

/** Runs the command with `--json` and reads the one value that it must print. */
export async function cartwrightJson<Value>(cwd: string, args: readonly string[]): Promise<Finished & { readonly value: Value }> {
  const finished = await cartwright(cwd, [...args, '--json'])
  try {
    return { ...finished, value: JSON.parse(finished.stdout) as Value }
  } catch {
    throw new Error(`No JSON on stdout: ${finished.stdout}\n${finished.stderr}`)
  }
}

/** A folder that goes away with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cartwright-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
