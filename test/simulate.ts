import { simulate } from '@cartwright/testing/simulation'
import { wipedDatabase } from './simulation/wiped-database.ts'

const storage = wipedDatabase()
const from = Number(process.argv[2] ?? 1),
  n = Number(process.argv[3] ?? 20)
const t0 = performance.now()
let bad = 0
const seen: any = {}
const kinds = new Map<string, number[]>()
for (let seed = from; seed < from + n; seed++) {
  const r = await simulate({ seed, storage })
  for (const [k, v] of Object.entries(r.seen)) seen[k] = (seen[k] ?? 0) + v
  seen.turns = (seen.turns ?? 0) + r.turns
  if (!r.ok) {
    bad++
    const k = r.problems[0]!.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\d+/g, '#').slice(0, 150)
    kinds.set(k, [...(kinds.get(k) ?? []), seed])
    if (n < 5) console.log(r.trace.join('\n'), '\n', r.problems.join('\n'))
  }
  await new Promise((r) => setImmediate(r))
}
console.log({ bad, seen }, ((performance.now() - t0) / n).toFixed(1), 'ms each', Math.round(process.cpuUsage().user / 1000 / n), 'cpu')
for (const [k, s] of [...kinds].sort((a, b) => b[1].length - a[1].length)) console.log(s.length, k, s.slice(0, 5))
