import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemTimers } from '@cartwright/core'
import { onTestFinished } from 'vitest'
import { SqliteConnections } from '../src/sqlite-connections.ts'
import { fileSource } from '../src/sqlite-source.ts'

/** A path for a database in a directory that goes with the test. */
export function scratchFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cartwright-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return join(directory, 'shop.db')
}

/** The adapter's connections to a file, without the stores above them; closed with the test. */
export function scratchConnections(file: string, { readers = 2, busyDeadlineMs = 10_000 } = {}): SqliteConnections {
  const connections = new SqliteConnections({
    source: fileSource({ file, synchronous: 'OFF', busyDeadlineMs, timers: systemTimers }),
    readers,
    busyDeadlineMs,
    timers: systemTimers,
  })
  onTestFinished(() => connections.close())
  return connections
}

/** Starts one of `processes/` and waits until it says that it is ready; killed with the test. */
export async function startProcess(name: string, ...args: readonly string[]): Promise<ChildProcess> {
  const program = fileURLToPath(new URL(`processes/${name}.ts`, import.meta.url))
  const child = fork(program, args, { execArgv: ['--conditions=cartwright-source'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await said(child, 'ready')
  return child
}

/** Resolves with the first message of this type. */
export async function said(child: ChildProcess, type: string): Promise<Record<string, unknown>> {
  for (;;) {
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The process ended with ${code} before it said ${type}`)))
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Record<string, unknown> & { type: unknown }]
    if (message.type === type) return message
  }
}
