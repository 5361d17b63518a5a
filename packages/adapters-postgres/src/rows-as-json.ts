/** Quoted texts and names, brackets, and words: as much of SQL as must be told apart to find the parts of a statement. */
const tokens = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]|[A-Za-z_][A-Za-z_0-9]*/g

const mainWords = new Set(['SELECT', 'VALUES', 'INSERT', 'UPDATE', 'DELETE', 'MERGE'])
const row = 'cartwright_row'
const asText = `SELECT row_to_json(${row})::text AS ${row} FROM ${row}`

interface Word {
  readonly text: string
  readonly at: number
}

/**
 * The same statement with each of its rows as one JSON text, which reaches us whatever a host has taught its driver about dates, 64-bit integers and JSON.
 *
 * @returns undefined for a statement that returns no rows.
 */
export function rowsAsJson(sql: string): string | undefined {
  const words = outerWords(sql)
  const [first] = words
  const main = words.find(({ text }) => mainWords.has(text))
  if (first === undefined || main === undefined || (first !== main && first.text !== 'WITH')) return undefined
  const reads = main.text === 'SELECT' || main.text === 'VALUES'
  if (!reads && !words.some(({ text, at }) => text === 'RETURNING' && at > main.at)) return undefined
  const head = first === main ? 'WITH' : `${sql.slice(0, main.at).trimEnd()},`
  return `${head} ${row} AS (${sql.slice(main.at)}) ${asText}`
}

/** What {@link rowsAsJson} made of each row. @throws RangeError for an integer beyond 2^53 − 1, rather than a number that is nearly right */
export function readJsonRows(rows: readonly unknown[]): unknown[] {
  return rows.map((given) => {
    const values = JSON.parse((given as Record<string, string>)[row] as string) as Record<string, unknown>
    for (const value of Object.values(values)) {
      if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
        throw new RangeError(`${value} is no integer that a number holds exactly`)
      }
    }
    return values
  })
}

/** The words outside brackets and quotes, in capitals. */
function outerWords(sql: string): readonly Word[] {
  const words: Word[] = []
  let depth = 0
  for (const { 0: text, index: at } of sql.matchAll(tokens)) {
    if (text === '(') depth += 1
    else if (text === ')') depth -= 1
    else if (depth === 0 && !text.startsWith("'") && !text.startsWith('"')) words.push({ text: text.toUpperCase(), at })
  }
  return words
}
