import { join } from 'node:path'
import { type RunningProcess, startProcess } from '@cartwright/testing/crash'
import { compileCache } from '../../scripts/compile-cache.ts'
import type { RacerResult, RacerSetup } from './racer-messages.ts'
import type { TaskName } from './tasks/all-tasks.ts'

export interface Finish<Name extends TaskName> extends RacerResult<Name> {
  readonly steps: readonly string[]
}

/** A process of a race, from the parent's side. */
export interface RunningRacer<Name extends TaskName> extends Omit<RunningProcess<never>, 'end'> {
  /** What it did; `killed` when it died of SIGKILL first. Rejects when it failed. */
  readonly end: Promise<Finish<Name> | 'killed'>
}

/** The environment variable that names a bundle of `racer.ts`, where a test run has made one. */
export const racerScript = 'CARTWRIGHT_RACER'

const unbundled = join(import.meta.dirname, 'racer.ts')
const execArgv = ['--conditions=cartwright-source', '--no-warnings']
const env = { ...process.env, ...compileCache }

/** Starts a process of a race. @param onProgress - hears what it reports on the way. */
export function startRacer<Name extends TaskName>(setup: RacerSetup<Name>, onProgress: (result: unknown) => void = () => {}): RunningRacer<Name> {
  const script = process.env[racerScript] ?? unbundled
  const started = startProcess<RacerResult<Name>>({ script, setup, killAtStep: setup.killAtStep, execArgv, env, onProgress })
  return { ...started, end: started.end.then((end) => (end === 'killed' ? end : { ...end.result, steps: end.steps })) }
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
