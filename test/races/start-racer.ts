import { type ChildProcess, fork } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FromRacer, RacerSetup } from './racer-messages.ts'
import type { TaskName, TaskResult } from './tasks/all-tasks.ts'

export interface Finish<Name extends TaskName> {
  readonly results: TaskResult<Name>
  readonly steps: readonly string[]
  readonly busy: readonly string[]
}

/** A process of a race, from the parent's side. */
export interface RunningRacer<Name extends TaskName> {
  /** The shop is open. */
  readonly ready: Promise<void>
  /** What it did; `killed` when it died of SIGKILL first. Rejects when it failed. */
  readonly end: Promise<Finish<Name> | 'killed'>
  go(): void
  stop(): void
  kill(): void
}

const script = join(import.meta.dirname, 'racer.ts')
/** Compiled modules are kept between processes: a race starts many. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'cartwright-race-cache') }

/** Starts a process of a race. @param onProgress - hears what it reports on the way. */
export function startRacer<Name extends TaskName>(setup: RacerSetup<Name>, onProgress: (result: unknown) => void = () => {}): RunningRacer<Name> {
  const child: ChildProcess = fork(script, [], {
    execArgv: ['--conditions=cartwright-source', '--no-warnings'],
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ready = Promise.withResolvers<void>()
  const end = Promise.withResolvers<Finish<Name> | 'killed'>()
  child.on('message', (message: FromRacer) => {
    if (message.type === 'ready') ready.resolve()
    if (message.type === 'progress') onProgress(message.result)
    if (message.type === 'failed') end.reject(new Error(`a racer failed: ${message.message}`))
    if (message.type === 'done') end.resolve({ results: message.results as TaskResult<Name>, steps: message.steps, busy: message.busy })
  })
  child.on('exit', (code, signal) => {
    ready.resolve()
    if (signal === 'SIGKILL') end.resolve('killed')
    else end.reject(new Error(`a racer ended early: code ${code}, signal ${signal}`))
  })
  child.send({ type: 'open', setup })
  const send = (message: object) => {
    if (child.connected) child.send(message)
  }
  return {
    ready: ready.promise,
    end: end.promise,
    go: () => send({ type: 'go' }),
    stop: () => send({ type: 'stop' }),
    kill: () => child.kill('SIGKILL'),
  }
}

/** Starts all, lets them go together once every shop is open, and waits for the last. */
export async function race<Name extends TaskName>(setups: readonly RacerSetup<Name>[]): Promise<readonly Finish<Name>[]> {
  const racers = setups.map((setup) => startRacer(setup))
  await Promise.all(racers.map(({ ready }) => ready))
  for (const racer of racers) racer.go()
  const ends = await Promise.all(racers.map(({ end }) => end))
  return ends.map((end) => {
    if (end === 'killed') throw new Error('a racer was killed by something else')
    return end
  })
}
