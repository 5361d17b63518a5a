import type { BenchResult } from '../report.ts'
import type { ContentionCell } from './measure.ts'

/** The page that shows what was measured and says which strategy to take. */
export function contentionDocument(cells: readonly ContentionCell[], results: readonly BenchResult[]): string {
  return `<!-- Written by \`npm run bench:contention -- --write\`. -->
# Which strategy?

Every strategy keeps the same promise, neither oversell nor undersell, and passes the same suite. They differ in what they cost where many buyers want the same
SKU. Choose one for the shop, and another for what is hot:

\`\`\`ts
await createCommerce({
  storage,
  currency: 'USD',
  inventory: { strategy: 'conditional', hot: { threshold: 50, strategy: 'batched' } },
})
\`\`\`

| strategy | how it holds stock | take it when |
|---|---|---|
| \`conditional\` (default) | one guarded statement a level, in the transaction | always, until something is hot |
| \`optimistic\` | reads before the transaction, compares versions in it, tries again when a level has moved; under frequent conflicts it takes the guarded way | many SKUs, few buyers of each, and transactions that must be short |
| \`pessimistic\` | locks the levels in one order, then reads and writes | lost races are dear: large carts on an engine with row locks; on SQLite, where a writing transaction locks everything, it is \`conditional\` with a read more |
| \`batched\` | checkouts that come together share one transaction: levels are read and written once, rows together, one commit for all | flash sales; any SKU that is claimed dozens of times a second |

A batch waits for company for \`batch.windowMs\` (2 ms by default), so a buyer who is alone waits that long for nothing: make it the strategy of hot SKUs, not of the
shop, unless the shop is busy all day. \`hot.skus\` names them beforehand; \`hot.threshold\` finds them, by claims a second in this process.

## Measured

One process, a shop in one SQLite file with \`synchronous=FULL\`, so many calls under way at any time; two shared cores. Retries are transactions that were rolled back and run
again, and calls that the client repeated. After each cell the audit ran and found nothing. \`npm run bench:contention\` repeats it.

![Claims a second by strategy, number of SKUs and clients](contention.svg)

### Claims (\`inventory.reserve\`)

${table(cells.filter(({ operation }) => operation === 'claim'))}

### Whole orders (\`checkout.place\` of a ready cart, with a provider that answers at once)

${table(cells.filter(({ operation }) => operation === 'order'))}

### Goals

| what | ours | baseline | ratio | goal | |
|---|---|---|---|---|---|
${results
  .filter(({ met }) => met !== null)
  .map(({ bench, ours, baseline, ratio, goal, met }) => `| ${bench} | ${ours} | ${baseline} | ${ratio.toFixed(2)} | ${goal} | ${met ? 'met' : 'missed'} |`)
  .join('\n')}

Orders include making carts and quotes between the timed calls, which is why their rate says more about the ratio between strategies than about a shop's limit.
`
}

function table(cells: readonly ContentionCell[]): string {
  const rows = cells.map(
    ({ skus, clients, strategy, perSecond, p99Ms, retries }) =>
      `| ${skus.toLocaleString('en')} | ${clients} | ${strategy} | ${Math.round(perSecond).toLocaleString('en')} | ${p99Ms.toFixed(1)} | ${retries.toLocaleString('en')} |`,
  )
  return ['| SKUs | clients | strategy | per second | p99, ms | retries |', '|---:|---:|---|---:|---:|---:|', ...rows].join('\n')
}
