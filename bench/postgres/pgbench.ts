import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathOf, postgresProgram } from '../../scripts/services/debian.ts'

export interface PgbenchRun {
  readonly url: string
  readonly script: string
  readonly clients: number
  /** How often each client runs the script. */
  readonly transactionsOfEach: number
  /** `simple` sends texts as they are, `prepared` prepares each statement once per client. */
  readonly protocol: 'simple' | 'prepared'
}

/** Runs a script by `pgbench`. @returns how many runs of it all clients did a second, without the time of connecting. */
export async function pgbench({ url, script, clients, transactionsOfEach, protocol }: PgbenchRun): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'cartwright-pgbench-'))
  try {
    const file = join(directory, 'script.sql')
    await writeFile(file, script)
    const jobs = String(Math.min(clients, 2))
    const args = ['-n', '-c', String(clients), '-j', jobs, '-t', String(transactionsOfEach), '-M', protocol, '-f', file, url]
    const { stdout, stderr } = await promisify(execFile)(pathOf(postgresProgram('pgbench')), args, { maxBuffer: 64 * 1_024 * 1_024 })
    const [, tps] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
    if (tps === undefined || / failed transactions: [1-9]/.test(stdout)) throw new Error(`pgbench failed: ${stdout}${stderr}`)
    return Number(tps)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
