/**
 * Plants every fault in turn and shows which case or script catches it; first runs each detector on the sound library, where it must find nothing. Exits 1
 * when a fault survives, or a detector cries wolf.
 *
 * Usage: npm run mutants -- [--db sqlite|postgres] [--plant NAME] [--json]
 *
 * On Postgres it takes the server that `npm run services` started.
 */
import { parseArgs } from 'node:util'
import { loadServices } from '../scripts/require-services.ts'
import { type DetectorName, scriptNames } from './mutants/detectors.ts'
import { expectedDetectors, harmlessOn } from './mutants/expected-detectors.ts'
import { falseAlarms, type Hunt, hunt } from './mutants/hunt.ts'
import { type PlantName, plants } from './planted/plants.ts'

const { values } = parseArgs({ options: { db: { type: 'string', default: 'sqlite' }, plant: { type: 'string' }, json: { type: 'boolean', default: false } } })
const all = Object.keys(plants) as readonly PlantName[]
const engine = (['sqlite', 'postgres'] as const).find((name) => name === values.db)
const wanted = values.plant === undefined ? all : all.filter((name) => name === values.plant)
if (engine === undefined || wanted.length === 0) {
  console.error(`Usage: npm run mutants -- [--db sqlite|postgres] [--plant ${all.join('|')}] [--json]`)
  process.exit(2)
}
if (engine === 'postgres') loadServices()
const harmless = harmlessOn[engine]
const chosen = wanted.filter((plant) => harmless[plant] === undefined)
const say = (line: string) => console[values.json ? 'error' : 'log'](line)
const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`.padStart(7)

const alarms: { readonly detector: DetectorName; readonly problems: readonly string[] }[] = []
const used = new Set<DetectorName>([...chosen.flatMap((plant) => expectedDetectors[plant]), ...scriptNames])
const startedMs = performance.now()
for (const detector of used) {
  const problems = await falseAlarms(detector, engine)
  if (problems.length > 0) alarms.push({ detector, problems })
}
say(`${used.size} detectors on the sound library, on ${engine}: ${alarms.length} false alarms (${seconds(performance.now() - startedMs).trim()})`)
for (const { detector, problems } of alarms) say(`  ${detector}: ${problems.join('; ')}`)

const hunts: Hunt[] = []
const width = Math.max(...all.map((name) => name.length))
for (const plant of chosen) {
  const found = await hunt(plant, engine)
  hunts.push(found)
  say(`${plant.padEnd(width)}  ${(found.caughtBy ?? 'SURVIVED').padEnd(20)}${seconds(found.elapsedMs)}  ${found.evidence.slice(0, 110)}`)
}
for (const plant of wanted.filter((name) => !chosen.includes(name))) say(`${plant.padEnd(width)}  left out: ${harmless[plant]}`)
const survivors = hunts.filter(({ caughtBy }) => caughtBy === null).map(({ plant }) => plant)
const caught = hunts.length - survivors.length
say(`mutation score ${Math.floor((100 * caught) / hunts.length)}%: ${caught} of ${hunts.length} caught in ${seconds(performance.now() - startedMs).trim()}`)
if (values.json) console.log(JSON.stringify({ planted: hunts.length, caught, survivors, falseAlarms: alarms.map(({ detector }) => detector), hunts }))
process.exitCode = survivors.length + alarms.length > 0 ? 1 : 0
