/**
 * How well and how fast search finds what people judged, on a real catalogue: the default index, or, with `--db postgres`, the one in the server that
 * `npm run services` started, or CARTWRIGHT_PG_URL names. Needs CARTWRIGHT_DATA; `--json` prints one line a figure.
 */
import { parseArgs } from 'node:util'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { type Commerce, createCommerce, type SearchInput } from '@cartwright/core'
import { miniSearchIndex, type SearchTuning } from '../packages/core/src/search/minisearch-index.ts'
import { searchDocument } from '../packages/core/src/search/search-document.ts'
import type { SearchDocument } from '../packages/core/src/search/search-index.ts'
import { loadServices } from '../scripts/require-services.ts'
import { type BenchResult, printResults } from './report.ts'
import { plainMiniSearch } from './search-relevance/baselines.ts'
import { crossValidate } from './search-relevance/cross-validation.ts'
import { type IcecatProduct, importRecord, readJudgments, readProducts } from './search-relevance/icecat.ts'
import { measureLatency } from './search-relevance/latency.ts'
import { meanScores, type Rank, scoreQueries } from './search-relevance/score-rankings.ts'
import { temporarySearch } from './search-relevance/temporary-search.ts'

const seed = 20_260_101
const importBatch = 200
const rounds = 5

/** What a shop might try: one thing changed at a time, none of it about these products. */
const configurations: Readonly<Record<string, Partial<SearchTuning>>> = {
  default: {},
  'prefix of the last word only': { prefix: 'last' },
  'only products with every word': { enough: 0 },
  'all fields alike': { boost: { title: 1, vendor: 1, codes: 1, categories: 1, description: 1, attributes: 1 } },
  'title and little else': { boost: { title: 10, vendor: 1, codes: 1, categories: 1, description: 0.2, attributes: 0.1 } },
}

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, db: { type: 'string' } } })
const dataFolder = process.env.CARTWRIGHT_DATA
if (dataFolder === undefined || dataFolder === '') {
  console.error('CARTWRIGHT_DATA is not set: it names the folder with icecat-electronics, whose judged queries this benchmark runs.')
  process.exit(2)
}
if (options.db !== undefined && options.db !== 'postgres') {
  console.error(`--db ${options.db} is not known. Say --db postgres, or nothing for the default index.`)
  process.exit(2)
}
if (options.db === 'postgres') loadServices()
const figures = options.db === 'postgres' ? await measurePostgres(dataFolder) : await measure(dataFolder)
printResults(figures, options.json)
process.exitCode = figures.every(({ met }) => met !== false) ? 0 : 1

async function measure(folder: string): Promise<readonly BenchResult[]> {
  await using commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD' })
  const judgments = readJudgments(folder)
  const figures = await measureShop(commerce, folder, 'search')
  const validated = await crossValidated(await documentsOf(commerce), judgments)
  say(`5-fold cross-validation, seed ${seed}, chose: ${validated.chosen.join('; ')}`)
  const plain = figures.find(({ bench }) => bench === 'search.ndcg10.unjudged_zero')?.baseline ?? 0
  return [...figures, figure('search.ndcg10.cross_validated', validated.mean, plain, 'nDCG', '>= 0.652', validated.mean >= 0.652)]
}

/** The same shop and judgements; only the index is another. */
async function measurePostgres(folder: string): Promise<readonly BenchResult[]> {
  const { search, drop } = await temporarySearch()
  try {
    await using commerce = await createCommerce({ storage: sqliteStorage({ file: ':memory:' }), currency: 'USD', search })
    return await measureShop(commerce, folder, 'search.postgres')
  } finally {
    await drop()
  }
}

async function measureShop(commerce: Commerce, folder: string, name: string): Promise<readonly BenchResult[]> {
  const products = readProducts(folder)
  const judgments = readJudgments(folder)
  const importMs = await importAll(commerce, products)
  const buildStartedAt = performance.now()
  const { documents: count } = await commerce.search.reindex()
  // The first answer waits for what a build has left to do.
  await commerce.search.query({ text: 'printer' })
  const buildMs = performance.now() - buildStartedAt
  if (count !== products.length) throw new Error(`${products.length} products were imported, ${count} are in the index`)
  say(`${count} products: imported in ${seconds(importMs)}, indexed in ${seconds(buildMs)}`)

  const facets = facetsOf(products)
  const ask: Rank = async (text) => (await commerce.search.query({ text, limit: 100 })).items.map(({ handle }) => handle)
  const ours = meanScores(await scoreQueries(ask, judgments))
  const titleOnly = plainMiniSearch(products, ['title'])
  const plainStartedAt = performance.now()
  const plain = plainMiniSearch(products, ['title', 'name', 'short_description', 'supplier'])
  const plainMs = performance.now() - plainStartedAt
  const baseline = { title: meanScores(await scoreQueries(titleOnly, judgments)), plain: meanScores(await scoreQueries(plain, judgments)) }
  const queries = [...judgments.keys()]
  const latency = await measureLatency(queries, rounds, (text) => commerce.search.query({ text }))
  const plainLatency = await measureLatency(queries, rounds, plain)
  const faceted = await measureLatency(queries, rounds, (text) => commerce.search.query({ text, facets }))
  const suggested = await measureLatency(queries, rounds, (text) => commerce.search.suggest({ text }))
  return [
    figure(`${name}.ndcg10.unjudged_zero`, ours.unjudgedZero, baseline.plain.unjudgedZero, 'nDCG', '>= 0.652', ours.unjudgedZero >= 0.652),
    figure(`${name}.ndcg10.unjudged_zero.vs_title_only`, ours.unjudgedZero, baseline.title.unjudgedZero, 'nDCG'),
    figure(`${name}.ndcg10.unjudged_removed`, ours.unjudgedRemoved, baseline.plain.unjudgedRemoved, 'nDCG'),
    figure(`${name}.recall20`, ours.recall, baseline.plain.recall, 'share'),
    ...(name === 'search' ? [figure('search.build', buildMs / 1_000, plainMs / 1_000, 's', '< 3', buildMs < 3_000)] : []),
    figure(`${name}.latency.p50`, latency.p50, plainLatency.p50, 'ms', '< 10', latency.p50 < 10),
    figure(`${name}.latency.p95`, latency.p95, plainLatency.p95, 'ms'),
    figure(`${name}.latency.faceted.p50`, faceted.p50, plainLatency.p50, 'ms', '< 15', faceted.p50 < 15),
    figure(`${name}.latency.faceted.p95`, faceted.p95, plainLatency.p95, 'ms'),
    figure(`${name}.latency.suggest.p50`, suggested.p50, plainLatency.p50, 'ms'),
    figure(`${name}.latency.max`, latency.max, plainLatency.max, 'ms'),
  ]
}

/** A listing's usual ones: the ten commonest attributes, prices, ratings and categories. */
function facetsOf(products: readonly IcecatProduct[]): NonNullable<SearchInput['facets']> {
  const counts = new Map<string, number>()
  for (const product of products) for (const name of Object.keys(importRecord(product).attributes as object)) counts.set(name, (counts.get(name) ?? 0) + 1)
  const names = [...counts].sort(([, a], [, b]) => b - a).slice(0, 10)
  return [...names.map(([name]) => ({ type: 'attribute', name }) as const), { type: 'price' }, { type: 'rating' }, { type: 'category' }]
}

async function importAll(commerce: Commerce, products: readonly IcecatProduct[]): Promise<number> {
  const startedAt = performance.now()
  for (let start = 0; start < products.length; start += importBatch) {
    const { rejected } = await commerce.catalog.upsertMany({ products: products.slice(start, start + importBatch).map(importRecord) })
    if (rejected.length > 0) throw new Error(`rejected: ${JSON.stringify(rejected[0])}`)
  }
  return performance.now() - startedAt
}

/** The documents the shop's own index was made of. */
async function documentsOf(commerce: Commerce): Promise<readonly SearchDocument[]> {
  return commerce.storage.snapshot({ source: 'database' }, async ({ catalog }) => {
    const documents: SearchDocument[] = []
    for (let page = await catalog.scanProducts({ limit: 500 }); page.length > 0; ) {
      const availability = await catalog.availability({ productIds: page.map(({ id }) => id) })
      documents.push(...page.flatMap((product, place) => searchDocument(product, availability[place]) ?? []))
      const afterId = page.at(-1)?.id
      page = afterId === undefined ? [] : await catalog.scanProducts({ afterId, limit: 500 })
    }
    return documents
  })
}

async function crossValidated(documents: readonly SearchDocument[], judgments: Parameters<typeof scoreQueries>[1]) {
  const scores = new Map<string, Awaited<ReturnType<typeof scoreQueries>>>()
  for (const [name, tuning] of Object.entries(configurations)) {
    const index = miniSearchIndex(tuning)
    await index.upsert(documents)
    const rank: Rank = async (text) => (await index.query({ text, limit: 100, offset: 0 })).items.map(({ handle }) => handle)
    const scored = await scoreQueries(rank, judgments)
    await index.close()
    scores.set(name, scored)
    const { unjudgedZero, unjudgedRemoved, recall } = meanScores(scored)
    say(`  ${name}: nDCG@10 ${unjudgedZero.toFixed(4)} (unjudged 0), ${unjudgedRemoved.toFixed(4)} (removed), recall@20 ${recall.toFixed(4)}`)
  }
  return crossValidate(scores, 5, seed)
}

function figure(bench: string, ours: number, baseline: number, unit: string, goal = 'shown', met: boolean | null = null): BenchResult {
  const [shown, against] = [rounded(ours), rounded(baseline)]
  return { bench, ours: shown, baseline: against, ratio: rounded(shown / against), unit, goal, met }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** Progress, kept off stdout so that `--json` prints nothing but figures. */
function say(text: string): void {
  console.error(text)
}
