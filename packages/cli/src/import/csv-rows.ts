import { CommerceError } from '@cartwright/core'
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import { maxLineBytes, type PhysicalLine } from './physical-lines.ts'
import { type Problem, type ReadRow, rejection } from './rejection.ts'

/** How many lines one quoted record may span. */
const maxRecordLines = 1000
/** A file narrower than this is trusted when a quoted cell holds a line that looks like a row: prose has commas too. */
const wideEnoughToTell = 6

interface CsvOptions {
  readonly delimiter: string
}

/** A CSV file's header and its rows. */
export interface CsvFile {
  readonly columns: readonly string[]
  readonly rows: AsyncIterable<ReadRow>
}

/**
 * Reads CSV by RFC 4180 (csv-parse decides what a record is) and survives what breaks it. A quote that is never closed would swallow the rows
 * after it: when a record that spans lines comes out wrong and one of its later lines is a whole row by itself, only its first line is rejected and reading
 * starts again at the second. Blank rows are passed over.
 *
 * @throws INVALID_INPUT when the file has no usable header.
 */
export async function readCsv(lines: AsyncIterable<PhysicalLine>, options: CsvOptions): Promise<CsvFile> {
  const queue = new LineQueue(lines)
  let first = await queue.peek(0)
  while (first !== undefined && first.problem === null && first.text.trim() === '') {
    queue.drop(1)
    first = await queue.peek(0)
  }
  if (first === undefined) throw badHeader('The file is empty; the first line must name the columns')
  const header = await readRecord(queue, 0, options)
  if (!('cells' in header)) throw badHeader(`The header cannot be read: ${header.problem.message}`)
  queue.drop(header.lineCount)
  const columns = distinctNames(header.cells.map((cell) => cell.trim()))
  return { columns, rows: csvRows(queue, columns, options) }
}

async function* csvRows(queue: LineQueue, columns: readonly string[], options: CsvOptions): AsyncGenerator<ReadRow> {
  for (let first = await queue.peek(0); first !== undefined; first = await queue.peek(0)) {
    if (first.problem === null && first.text.trim() === '') {
      queue.drop(1)
      continue
    }
    const record = await readRecord(queue, 0, options)
    const problem = 'cells' in record ? countProblem(record.cells, columns) : record.problem
    const doubtful = record.lineCount > 1 && (problem !== null || columns.length >= wideEnoughToTell)
    if (doubtful && (await swallowsRow(queue, record.lineCount, problem === null ? 'sound' : 'broken', columns.length, options))) {
      queue.drop(1)
      const message = 'A quoted cell of this line is never closed: a later line, which is a row by itself, would become part of it'
      yield { rejected: rejection(first.number, null, { code: 'MALFORMED_ROW', message }) }
      continue
    }
    queue.drop(record.lineCount)
    if (problem !== null) yield { rejected: rejection(first.number, null, problem) }
    else if ('cells' in record && record.cells.some((cell) => cell.trim() !== ''))
      yield { row: { line: first.number, values: byColumn(columns, record.cells) } }
  }
}

type CsvRecord = { readonly cells: readonly string[]; readonly lineCount: number } | { readonly problem: Problem; readonly lineCount: number }

/** Reads the record that begins at line `offset` of the queue, over as many lines as its quotes span. Takes nothing off the queue. */
async function readRecord(queue: LineQueue, offset: number, options: CsvOptions): Promise<CsvRecord> {
  let text = ''
  let broken: Problem | null = null
  for (let count = 1; count <= maxRecordLines && text.length <= maxLineBytes; count += 1) {
    const line = await queue.peek(offset + count - 1)
    if (line === undefined) return { problem: unclosed, lineCount: count - 1 }
    broken ??= line.problem
    if (line.problem?.code === 'TOO_LONG' || line.problem?.code === 'UNREADABLE')
      return { problem: count === 1 ? line.problem : unclosed, lineCount: Math.max(1, count - 1) }
    text = count === 1 ? line.text : `${text}\n${line.text}`
    const mayClose = count === 1 || line.text.includes('"')
    if (!mayClose) continue
    const parsed = parseRecord(text, options)
    if (parsed === 'open') continue
    if (broken !== null) return { problem: broken, lineCount: count }
    return { ...parsed, lineCount: count }
  }
  return { problem: unclosed, lineCount: Math.max(1, queue.buffered(offset, maxRecordLines)) }
}

const unclosed: Problem = { code: 'MALFORMED_ROW', message: 'A quoted cell is never closed' }

function parseRecord(text: string, options: CsvOptions): { cells: readonly string[] } | { problem: Problem } | 'open' {
  if (!text.includes('"')) return { cells: text.split(options.delimiter) }
  try {
    const [cells] = parse(text, { delimiter: options.delimiter, relax_column_count: true }) as string[][]
    return { cells: cells ?? [] }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'open'
    const message = error.code === 'INVALID_OPENING_QUOTE' ? 'A quote stands inside a cell that is not quoted' : 'A quoted cell goes on after its closing quote'
    return { problem: { code: 'MALFORMED_ROW', message } }
  }
}

/**
 * Whether one of the record's lines after the first begins a row of its own. Of a record that is broken, a line with at least half of the delimiters of a
 * row is enough: it may be a broken row itself, and is to be judged alone.
 */
async function swallowsRow(queue: LineQueue, lineCount: number, state: 'sound' | 'broken', width: number, options: CsvOptions): Promise<boolean> {
  for (let offset = 1; offset < lineCount && width > 1; offset += 1) {
    const line = await queue.peek(offset)
    const delimiters = line === undefined ? 0 : line.text.split(options.delimiter).length - 1
    if (delimiters === 0) continue
    if (state === 'broken' && delimiters >= (width - 1) / 2) return true
    const record = await readRecord(queue, offset, options)
    if ('cells' in record && record.cells.length === width) return true
  }
  return false
}

function countProblem(cells: readonly string[], columns: readonly string[]): Problem | null {
  if (cells.length === columns.length) return null
  return { code: 'WRONG_COLUMN_COUNT', message: `The row has ${cells.length} cells, the header ${columns.length}` }
}

function byColumn(columns: readonly string[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? '']))
}

/** A second column `Image` becomes `Image (2)`. */
function distinctNames(names: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  })
}

function badHeader(message: string): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'header', message }] } })
}

/** Lines with as much look-ahead as a record needs. */
class LineQueue {
  readonly #source: AsyncIterator<PhysicalLine>
  #lines: PhysicalLine[] = []
  #start = 0

  constructor(lines: AsyncIterable<PhysicalLine>) {
    this.#source = lines[Symbol.asyncIterator]()
  }

  async peek(offset: number): Promise<PhysicalLine | undefined> {
    while (this.#lines.length - this.#start <= offset) {
      const next = await this.#source.next()
      if (next.done === true) return undefined
      this.#lines.push(next.value)
    }
    return this.#lines[this.#start + offset]
  }

  /** How many lines from `offset` on are there, up to `limit`. */
  buffered(offset: number, limit: number): number {
    return Math.min(this.#lines.length - this.#start - offset, limit)
  }

  drop(count: number): void {
    this.#start += count
    if (this.#start < 4096 && this.#start < this.#lines.length) return
    this.#lines = this.#lines.slice(this.#start)
    this.#start = 0
  }
}
