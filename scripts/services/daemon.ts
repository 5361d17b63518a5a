import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Place } from './place.ts'

const stopDeadlineMs = 20_000

/** A process as the system knows it: an id is used again, an id with its start is not. */
interface Trace {
  readonly pid: number
  /** In the system's ticks since it booted. */
  readonly startedTicks: string
}

/** Starts a server in the background and notes which process it is. What it says goes to `NAME.log` in the place's folder. */
export function startDaemon({ folder, owner }: Place, name: string, [program = '', ...args]: readonly string[]): void {
  const logPath = join(folder, `${name}.log`)
  const log = openSync(logPath, 'a', 0o600)
  owner.own(logPath)
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', log, log], uid: owner.uid, gid: owner.gid })
  closeSync(log)
  child.unref()
  const { pid } = child
  if (pid === undefined) throw new Error(`${program} could not be started`)
  const trace: Trace = { pid, startedTicks: startOf(pid) ?? '' }
  writeFileSync(traceFile(folder, name), JSON.stringify(trace))
}

/** Whether the process that was started under this name still runs. */
export function isRunning({ folder }: Pick<Place, 'folder'>, name: string): boolean {
  const trace = readTrace(folder, name)
  return trace !== undefined && startOf(trace.pid) === trace.startedTicks
}

/** Ends the process that was started under this name, and no other. @returns whether there was one to end. */
export async function stopDaemon(place: Pick<Place, 'folder'>, name: string, signal: NodeJS.Signals): Promise<boolean> {
  const running = signalDaemon(place, name, signal)
  for (const since = performance.now(); isRunning(place, name); await sleep(20)) {
    if (performance.now() - since > stopDeadlineMs) throw new Error(`${name} does not end`)
  }
  rmSync(traceFile(place.folder, name), { force: true })
  return running
}

/** Sends a signal to the process that was started under this name, and to no other. @returns whether there was one. */
export function signalDaemon(place: Pick<Place, 'folder'>, name: string, signal: NodeJS.Signals): boolean {
  const trace = readTrace(place.folder, name)
  if (trace === undefined || !isRunning(place, name)) return false
  return process.kill(trace.pid, signal)
}

const traceFile = (folder: string, name: string) => join(folder, `${name}.process.json`)

function readTrace(folder: string, name: string): Trace | undefined {
  try {
    return JSON.parse(readFileSync(traceFile(folder, name), 'utf8'))
  } catch {
    return undefined
  }
}

/** When a living process began; undefined for one that has ended, or ended and not been waited for. */
function startOf(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}
