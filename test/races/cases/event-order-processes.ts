import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { compileCache } from '../../../scripts/compile-cache.ts'
import { ownServers } from '../../servers/own-servers.ts'
import { askProcess } from '../../simulation/ask-process.ts'
import type { CaseOptions } from '../race-case.ts'
import { cells, type Part, type PartPlayed } from './event-order-cells.ts'

/** A part to play, as the parent sends it. */
export interface PartOrder {
  readonly part: Part
  readonly options: CaseOptions
}

const script = join(import.meta.dirname, 'event-order-player.ts')

/** How many permutations a shop sees: every look at its bank, and at its open payments, goes through all that were before. */
const shopful = 120

/** Nothing stops this server while anything is asked of it, so that none of its writes need reach a disk; nobody copies it. */
const forgetful = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0']

/** Plays every permutation of every cell, in several processes; on Postgres, on a server of their own. */
export async function playEverything(options: CaseOptions): Promise<readonly PartPlayed[]> {
  if (options.engine !== 'postgres') return shareOut(options, availableParallelism(), process.env)
  const servers = await ownServers(forgetful)
  try {
    // Half of them wait for the server.
    return await shareOut(options, 2 * availableParallelism(), { ...process.env, CARTWRIGHT_PG_URL: servers.primary.url })
  } finally {
    await servers.remove()
  }
}

/** How many permutations a cell has is known when it is first played: then the rest of it is dealt out. The longest go first, for all to share them. */
async function shareOut(options: CaseOptions, processes: number, env: NodeJS.ProcessEnv): Promise<readonly PartPlayed[]> {
  const waiting = cells.map((_cell, cell): Part => ({ cell, chosen: { from: 0, count: shopful } })).toReversed()
  const done: PartPlayed[] = []
  const serve = async (): Promise<void> => {
    const execArgv = ['--conditions=cartwright-source', '--no-warnings']
    const child = fork(script, [], { execArgv, env: { ...env, ...compileCache }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    try {
      for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
        const order: PartOrder = { part, options }
        const played = await askProcess<PartPlayed>(child, order, `played ${cells[part.cell]?.name}`)
        done.push(played)
        waiting.unshift(...restOf(part, played))
      }
    } finally {
      child.kill()
    }
  }
  await Promise.all(Array.from({ length: processes }, serve))
  return done
}

/** What is left to play of a cell after its first part. */
function restOf({ cell, chosen }: Part, { permutations }: PartPlayed): readonly Part[] {
  if (!('from' in chosen) || chosen.from > 0) return []
  const parts = Array.from({ length: Math.ceil(permutations / shopful) }, (_, nth): Part => ({ cell, chosen: { from: nth * shopful, count: shopful } }))
  return parts.slice(1)
}
