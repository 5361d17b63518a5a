import { isDeepStrictEqual } from 'node:util'
import { postgresStorage } from '@cartwright/adapters-postgres'
import { run } from '@cartwright/cli'
import pg from 'pg'
import { submitCopy } from '../../packages/adapters-postgres/src/copy-query.ts'
import type { BenchResult } from '../report.ts'
import { comparison, timeTurns } from './against-bare.ts'
import { connected, remakeDatabase, rowCounts } from './bench-database.ts'

/** A COPY that the seed sent. */
interface SentCopy {
  readonly statement: string
  readonly bytes: Buffer
}

/** What one commit of the seed copied. */
type CopiedCommit = readonly SentCopy[]

/** What our COPY query and `pg` ask of a connection. */
interface CopySubmitter {
  readonly text: string
  submit(target: { query(text: string): void; sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void
}

const template = 'cartwright_bench_unseeded'

/** Products by `cartwright seed` against a bare connection that copies the same bytes into the same tables, with the same commits. */
export async function seedBench(products: number, rounds: number): Promise<BenchResult> {
  const empty = postgresStorage({ url: await remakeDatabase(template) })
  await empty.migrations.up()
  await empty.close()
  const captured: CopiedCommit[] = []
  const first = await remakeDatabase('cartwright_bench_seeded', template)
  await capturing(captured, () => seed(first, products))
  const ours: number[] = []
  const raw: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const seeded = await remakeDatabase('cartwright_bench_seeded', template)
    ours.push(await timeTurns(1, 1, () => seed(seeded, products)))
    const copied = await remakeDatabase('cartwright_bench_copied', template)
    await takeOver(seeded, copied, captured)
    raw.push(await timeTurns(1, 1, () => connected(copied, (client) => copyAll(client, captured))))
    const [ourRows, rawRows] = [await rowCounts(seeded), await rowCounts(copied)]
    if (!isDeepStrictEqual(ourRows, rawRows)) throw new Error(`the two sides wrote different rows: ${JSON.stringify({ ourRows, rawRows })}`)
  }
  const bench = `seeding ${products} products, against a raw COPY of the same ${Math.round(bytesOf(captured) / 1_000_000)} MB`
  return comparison(bench, 'products/s', { count: products, oursMs: ours, baselineMs: raw, goal: 0.4 })
}

async function seed(url: string, products: number): Promise<void> {
  const said: string[] = []
  const stream = { write: (text: string) => said.push(text) > 0, isTTY: false, columns: 80 }
  const code = await run(['seed', '--products', String(products), '--orders', '0', '--db', url, '--json'], { stdout: stream, stderr: stream } as never)
  if (code !== 0) throw new Error(`the seed failed: ${said.join('')}`)
}

/** Notes every COPY that `work` sends, by commit. */
async function capturing(commits: CopiedCommit[], work: () => Promise<void>): Promise<void> {
  let open: SentCopy[] = []
  const { query } = pg.Client.prototype
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [sent] = args
    if (sent instanceof pg.Query && isCopy(sent)) open.push(copyOf(sent as unknown as CopySubmitter))
    if (typeof sent === 'object' && sent !== null && 'text' in sent && sent.text === 'COMMIT' && open.length > 0) {
      commits.push(open)
      open = []
    }
    return Reflect.apply(query, this, args)
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
}

/** Every query of `pg` could answer a COPY; by its text it is one. */
function isCopy(query: unknown): boolean {
  return String((query as Partial<CopySubmitter>).text).startsWith('COPY ')
}

/** Lets the query send itself to nobody. */
function copyOf(query: CopySubmitter): SentCopy {
  const chunks: Buffer[] = []
  let statement = ''
  query.submit({
    query: (text) => {
      statement = text
    },
    sendCopyFromChunk: (chunk) => chunks.push(Buffer.from(chunk)),
    endCopyFrom: () => undefined,
  })
  return { statement, bytes: Buffer.concat(chunks) }
}

/** Gives the second database what the seed wrote otherwise than by COPY: places, categories and its own mark. */
async function takeOver(from: string, to: string, commits: readonly CopiedCommit[]): Promise<void> {
  const copied = new Set(commits.flat().map(({ statement }) => /^COPY "(\w+)"/.exec(statement)?.[1]))
  const counts = await rowCounts(from)
  for (const [table, count] of Object.entries(counts)) {
    if (count === 0 || copied.has(table) || table === 'schema_migrations') continue
    const rows = await connected(from, (client) => client.query(`SELECT json_agg(t) AS rows FROM "${table}" t`))
    const insert = `INSERT INTO "${table}" SELECT * FROM json_populate_recordset(CAST(NULL AS "${table}"), $1)`
    await connected(to, (client) => client.query(insert, [JSON.stringify(rows.rows[0].rows)]))
  }
}

async function copyAll(client: pg.Client, commits: readonly CopiedCommit[]): Promise<void> {
  for (const commit of commits) {
    const answers: Promise<unknown>[] = [client.query('BEGIN')]
    for (const { statement, bytes } of commit) answers.push(submitCopy(client, statement, bytes, undefined))
    answers.push(client.query('COMMIT'))
    await Promise.all(answers)
  }
}

function bytesOf(commits: readonly CopiedCommit[]): number {
  return commits.flat().reduce((sum, { bytes }) => sum + bytes.length, 0)
}
