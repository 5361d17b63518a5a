import { readFile, writeFile } from 'node:fs/promises'
import type { StrategyName } from '@cartwright/core'
import type { EngineName } from './races/arena.ts'

interface TortureRun {
  readonly name: string
  readonly engine: EngineName
  readonly strategy: StrategyName
  readonly seed: number
}

/** What of a long torture has ended well, in a file, so that an interrupted one goes on where it stopped. */
export class TortureState {
  readonly #file: string
  readonly #done: TortureRun[]

  private constructor(file: string, done: TortureRun[]) {
    this.#file = file
    this.#done = done
  }

  /** @param resume - false begins anew: the file is overwritten by the first run that ends well. */
  static async open(file: string, resume: boolean): Promise<TortureState> {
    return new TortureState(file, resume ? await readRuns(file) : [])
  }

  /** The seed of the runs in the file; undefined when there are none. */
  get seed(): number | undefined {
    return this.#done.at(-1)?.seed
  }

  has(run: TortureRun): boolean {
    return this.#done.some((other) => key(other) === key(run))
  }

  async add(run: TortureRun): Promise<void> {
    this.#done.push(run)
    await writeFile(this.#file, `${JSON.stringify(this.#done, null, 2)}\n`)
  }
}

function key({ name, engine, strategy, seed }: TortureRun): string {
  return `${name} ${engine} ${strategy} ${seed}`
}

async function readRuns(file: string): Promise<TortureRun[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as TortureRun[]
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
