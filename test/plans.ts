/** `npm run plans -- --url postgres://…`: explains every statement of every hot path on a seeded shop, and fails if one reads a large table from end to end. */
import { parseArgs } from 'node:util'
import { type ExplainedPath, explainShop } from './plans/explain-shop.ts'

const { values: flags } = parseArgs({
  options: { url: { type: 'string' }, rows: { type: 'string', default: '10000' }, json: { type: 'boolean', default: false } },
})
if (flags.url === undefined) throw new Error('--url names a database that `cartwright seed` filled')

const paths = await explainShop({ url: flags.url, largeRows: Number(flags.rows) })
if (flags.json) for (const path of paths) console.log(JSON.stringify(path))
else print(paths)
process.exitCode = paths.every(({ faults }) => faults.length === 0) ? 0 : 1

function print(all: readonly ExplainedPath[]): void {
  console.log('| hot path | statements | slowest, ms | most pages | most rows of one table | sequential scans of large tables |')
  console.log('|---|--:|--:|--:|--:|---|')
  for (const { name, statements, faults } of all) {
    const most = (figures: readonly number[]): number => figures.reduce((a, b) => Math.max(a, b), 0)
    const rows = most(statements.flatMap(({ scans }) => scans.map(({ rowsRead }) => rowsRead)))
    const slowest = most(statements.map(({ ms }) => ms)).toFixed(2)
    const found = [...new Set(faults.map(({ statement, scan }) => `${scan.table} (${statement.mode})`))].join(', ') || 'none'
    console.log(`| ${name} | ${statements.length / 2} | ${slowest} | ${most(statements.map(({ pages }) => pages))} | ${Math.round(rows)} | ${found} |`)
  }
  for (const { name, faults } of all)
    for (const { statement, scan } of faults) console.log(`\n${name}, ${statement.mode} plan, ${scan.how} on ${scan.table}:\n${statement.sql}`)
}
