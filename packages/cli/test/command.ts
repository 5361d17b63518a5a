import { type ChildProcess, spawn } from 'node:child_process'
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

/** How the command's process is started. */
export interface ProcessOptions {
  /** Options of Node itself. */
  readonly execArgv?: readonly string[]
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Hears what comes on stderr, for whoever must answer to it. */
  readonly onStderr?: (text: string, process: ChildProcess) => void
}

/** Runs the real command from source in `cwd`. */
export function cartwright(cwd: string, args: readonly string[], { execArgv = [], env = {}, onStderr = () => {} }: ProcessOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const argv = ['--conditions=cartwright-source', ...execArgv, cartwrightBin, ...args]
    const child = spawn(process.execPath, argv, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      onStderr(text, child)
    })
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
}

/** Runs the command with `--json` and reads the one value that it must print. */
export async function cartwrightJson<Value>(cwd: string, args: readonly string[], options: ProcessOptions = {}): Promise<Finished & { readonly value: Value }> {
  const finished = await cartwright(cwd, [...args, '--json'], options)
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
