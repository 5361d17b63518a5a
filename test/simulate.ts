/**
 * Runs simulated shops, one a seed, and prints what went wrong; exits 1 unless nothing did.
 *
 * Usage: npm run simulate -- [--seeds 1000] [--from 1] [--processes 2] [--db sqlite|postgres] [--plant NAME] [--json]
 *        npm run simulate -- --seed 7 [--without s3,f7.2] [--shrink] [--plant NAME] [--json]
 *        npm run simulate -- --money [--seeds 1000] [--from 1] [--seed 7 [--shrink]] [--db sqlite|postgres]
 */
import { parseArgs } from 'node:util'
import { shrink, simulate } from '@cartwright/testing/simulation'
import { loadServices } from '../scripts/require-services.ts'
import { walkSeed, walkSeeds } from './money-walks/walk-seeds.ts'
import { type PlantName, plants } from './planted/plants.ts'
import type { EngineName } from './races/arena.ts'
import { runInProcesses } from './simulation/run-in-processes.ts'
import { seedOptions } from './simulation/run-seed.ts'
import { nothingSeen, type SeedFailure, together } from './simulation/seed-messages.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    db: { type: 'string', default: 'sqlite' },
    processes: { type: 'string', default: '2' },
    without: { type: 'string' },
    shrink: { type: 'boolean', default: false },
    plant: { type: 'string' },
    json: { type: 'boolean', default: false },
    money: { type: 'boolean', default: false },
  },
})

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  console.error(`--${name} takes a whole number from ${least} up`)
  process.exit(2)
}

function plantNamed(name: string | undefined): PlantName | null {
  if (name === undefined) return null
  if (Object.hasOwn(plants, name)) return name as PlantName
  console.error(`--plant takes one of ${Object.keys(plants).join(', ')}`)
  process.exit(2)
}

function engineNamed(name: string): EngineName {
  if (name === 'sqlite' || name === 'postgres') return name
  console.error('--db takes sqlite or postgres')
  process.exit(2)
}

const plant = plantNamed(values.plant)
const engine = engineNamed(values.db)
if (engine === 'postgres') loadServices()

function replayCommand(seed: number, without: readonly string[] = []): string {
  const flags = [
    `--seed ${seed}`,
    ...(engine === 'sqlite' ? [] : [`--db ${engine}`]),
    ...(plant === null ? [] : [`--plant ${plant}`]),
    ...(without.length > 0 ? [`--without ${without.join(',')}`] : []),
  ]
  return `npm run simulate -- ${flags.join(' ')}`
}

/** One seed, with its trace; shortened as far as it goes if asked for. */
async function replay(seed: number): Promise<boolean> {
  const options = { ...seedOptions(seed, plant, engine), ...(values.without === undefined ? {} : { without: values.without.split(',') }) }
  const shrunk = values.shrink ? await shrink(options) : undefined
  const result = shrunk?.result ?? (await simulate(options))
  const command = replayCommand(seed, shrunk?.without ?? options.without)
  if (values.json) {
    console.log(JSON.stringify({ ...result, replay: command }))
    return result.ok
  }
  for (const line of result.trace) console.log(line)
  console.log(result.ok ? `seed ${seed}: ok` : `seed ${seed} FAILED:`)
  for (const problem of result.problems) console.log(`  ${problem}`)
  if (shrunk !== undefined) console.log(`${result.parts.length} steps and faults left after ${shrunk.runs} runs. Again: ${command}`)
  return result.ok
}

/** Many seeds, over processes. */
async function runMany(from: number, count: number, processes: number): Promise<boolean> {
  const failures: SeedFailure[] = []
  let seen = nothingSeen
  let done = 0
  let turns = 0
  let toldMs = 0
  const startedMs = performance.now()
  await runInProcesses({ from, count, plant, engine }, processes, (report) => {
    done += report.count
    turns += report.turns
    seen = together(seen, report.seen)
    for (const failure of report.failures) {
      failures.push(failure)
      console.error(`seed ${failure.seed}: ${failure.problems[0]}\n  ${replayCommand(failure.seed)} --shrink`)
    }
    const nowMs = performance.now()
    if (nowMs - toldMs < 5_000) return
    toldMs = nowMs
    console.error(`${done} of ${count} seeds, ${Math.round((done * 60_000) / (nowMs - startedMs))} a minute, ${failures.length} failed`)
  })
  const seconds = (performance.now() - startedMs) / 1_000
  const perMinute = Math.round((done * 60) / seconds)
  const ok = failures.length === 0
  if (values.json) console.log(JSON.stringify({ ok, from, seeds: done, seconds, perMinute, processes, turns, seen, failures }))
  else console.log(`${ok ? 'ok' : `${failures.length} FAILED`}: ${done} seeds in ${seconds.toFixed(1)} s, ${perMinute} a minute; ${JSON.stringify(seen)}`)
  return ok
}

/** Walks over what can happen to the money of an order, in place of whole shops. */
async function walkMoney(): Promise<boolean> {
  if (values.seed !== undefined) return walkSeed(whole('seed', values.seed, 0), engine, values.shrink)
  return walkSeeds(whole('from', values.from, 0), whole('seeds', values.seeds, 1), engine)
}

async function simulateShops(): Promise<boolean> {
  if (values.seed !== undefined) return replay(whole('seed', values.seed, 0))
  return runMany(whole('from', values.from, 0), whole('seeds', values.seeds, 1), whole('processes', values.processes, 1))
}

process.exitCode = (await (values.money ? walkMoney() : simulateShops())) ? 0 : 1
