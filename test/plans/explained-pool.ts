import { escapeLiteral, Pool, type PoolClient } from 'pg'

/** A node of a plan, as EXPLAIN writes it. */
interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Actual Loops'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly Plans?: readonly PlanNode[]
}

/** How a statement read one table. */
export interface Scan {
  readonly table: string
  /** E.g. `Index Scan using products_handle`. */
  readonly how: string
  readonly isSequential: boolean
  /** Rows looked at, those that a filter threw away included. */
  readonly rowsRead: number
}

/** A statement as it was sent, with one of the plans that Postgres may choose for it. */
export interface ExplainedStatement {
  readonly sql: string
  /** `custom` knows the values; `generic` is what a prepared statement may be run by from its sixth time on. */
  readonly mode: 'custom' | 'generic'
  readonly scans: readonly Scan[]
  /** Pages of 8 KiB. */
  readonly pages: number
  readonly ms: number
}

interface Sent {
  readonly text: string
  readonly values?: readonly unknown[]
}

const explainable = /^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b/i
const explain = 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)'

/**
 * A pool that explains every statement of the storage just before it is run, in its own transaction and with its own values, and undoes what explaining it wrote.
 *
 * @param settings - of each connection, e.g. `-c enable_seqscan=off`.
 */
export function explainedPool(url: string, onStatement: (statement: ExplainedStatement) => void, settings = ''): Pool {
  const pool = new Pool({ connectionString: url, options: settings })
  pool.on('connect', (client) => explainEach(client, onStatement))
  return pool
}

function explainEach(client: PoolClient, onStatement: (statement: ExplainedStatement) => void): void {
  const send = client.query.bind(client) as (query: unknown) => Promise<{ rows: Record<string, unknown>[] }>
  // Statements that are sent together are explained one after the other.
  let previous: Promise<unknown> = Promise.resolve()
  const query = (sent: unknown) => {
    const answer = previous.then(async () => {
      if (isSent(sent) && explainable.test(sent.text)) for (const mode of ['custom', 'generic'] as const) onStatement(await explained(send, sent, mode))
      return send(sent)
    })
    previous = answer.catch(() => undefined)
    return answer
  }
  client.query = query as typeof client.query
}

function isSent(sent: unknown): sent is Sent {
  return typeof sent === 'object' && sent !== null && 'text' in sent && typeof sent.text === 'string'
}

type Send = (query: unknown) => Promise<{ rows: Record<string, unknown>[] }>

async function explained(send: Send, { text, values = [] }: Sent, mode: ExplainedStatement['mode']): Promise<ExplainedStatement> {
  const call = values.length === 0 ? 'explained' : `explained(${values.map(literal).join(', ')})`
  await send('SAVEPOINT explaining')
  await send(`SET LOCAL plan_cache_mode = force_${mode}_plan`)
  await send(`PREPARE explained AS ${text}`)
  const { rows } = await send(`${explain} EXECUTE ${call}`)
  await send('DEALLOCATE explained')
  await send('ROLLBACK TO SAVEPOINT explaining')
  const [{ Plan: plan, 'Execution Time': ms }] = (rows[0] as { 'QUERY PLAN': [{ Plan: PlanNode; 'Execution Time': number }] })['QUERY PLAN']
  return { sql: text, mode, ms, scans: scansOf(plan), pages: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0) }
}

function scansOf(node: PlanNode): readonly Scan[] {
  const below = (node.Plans ?? []).flatMap(scansOf)
  const table = node['Relation Name']
  if (table === undefined || !node['Node Type'].endsWith('Scan')) return below
  const index = node['Index Name'] === undefined ? '' : ` using ${node['Index Name']}`
  const rowsRead = ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1)
  return [{ table, how: `${node['Node Type']}${index}`, isSequential: node['Node Type'] === 'Seq Scan', rowsRead }, ...below]
}

/** A value as text for EXECUTE: what its parameter is, Postgres knows. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value)) return escapeLiteral(`{${value.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`).join(',')}}`)
  return escapeLiteral(String(value))
}
