import { createReadStream } from 'node:fs'
import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type ReadRow, type Rejection, rejection, type SourceRow } from './rejection.ts'

/** The rows that describe one product, in file order. */
export interface RowGroup {
  readonly key: string
  readonly rows: readonly SourceRow[]
}

export type Grouped = { readonly group: RowGroup } | { readonly rejected: Rejection }

/** Names the product a row belongs to, or says why it cannot. */
export type GroupKey = (row: SourceRow) => string | Rejection

/** Rows of one product that are kept in memory at once. */
export const maxGroupRows = 5000

/** Groups rows that follow one another and have the same key; rejected rows between them do not part them. Holds one group in memory. */
export async function* adjacentGroups(rows: AsyncIterable<ReadRow>, keyOf: GroupKey): AsyncGenerator<Grouped> {
  let key: string | null = null
  let members: SourceRow[] = []
  for await (const item of rows) {
    const found = 'row' in item ? keyOf(item.row) : item.rejected
    if (typeof found !== 'string' || !('row' in item)) {
      yield { rejected: found as Rejection }
    } else if (found !== key) {
      if (key !== null) yield { group: { key, rows: members } }
      key = found
      members = [item.row]
    } else if (members.length >= maxGroupRows) {
      yield { rejected: tooMany(item.row) }
    } else {
      members.push(item.row)
    }
  }
  if (key !== null) yield { group: { key, rows: members } }
}

/**
 * Groups rows by key wherever they stand in the file. The rows are first dealt out to temporary files by their key's hash; then one of these files
 * at a time is read back and grouped, so that memory holds a 64th of the rows. Groups come out in another order than the file's.
 */
export async function* scatteredGroups(rows: AsyncIterable<ReadRow>, keyOf: GroupKey): AsyncGenerator<Grouped> {
  const spill = await Spill.open()
  try {
    for await (const item of rows) {
      const found = 'row' in item ? keyOf(item.row) : item.rejected
      if (typeof found === 'string' && 'row' in item) await spill.write(found, item.row)
      else yield { rejected: found as Rejection }
    }
    await spill.flush()
    for (let partition = 0; partition < partitionCount; partition += 1) yield* spill.read(partition)
  } finally {
    await spill.remove()
  }
}

const partitionCount = 64
const flushAtCharacters = 4 * 1024 * 1024

class Spill {
  readonly #folder: string
  readonly #pending: string[][] = Array.from({ length: partitionCount }, () => [])
  #pendingCharacters = 0
  readonly #written = new Set<number>()

  constructor(folder: string) {
    this.#folder = folder
  }

  static async open(): Promise<Spill> {
    return new Spill(await mkdtemp(join(tmpdir(), 'cartwright-import-')))
  }

  async write(key: string, row: SourceRow): Promise<void> {
    const text = JSON.stringify({ key, row })
    this.#pending[partitionOf(key)]?.push(text)
    this.#pendingCharacters += text.length
    if (this.#pendingCharacters > flushAtCharacters) await this.flush()
  }

  async flush(): Promise<void> {
    for (const [partition, texts] of this.#pending.entries()) {
      if (texts.length === 0) continue
      await appendFile(this.#file(partition), `${texts.join('\n')}\n`)
      this.#written.add(partition)
      texts.length = 0
    }
    this.#pendingCharacters = 0
  }

  async *read(partition: number): AsyncGenerator<Grouped> {
    if (!this.#written.has(partition)) return
    const groups = new Map<string, SourceRow[]>()
    for await (const text of createInterface({ input: createReadStream(this.#file(partition)), crlfDelay: Number.POSITIVE_INFINITY })) {
      const { key, row } = JSON.parse(text) as { key: string; row: SourceRow }
      const members = groups.get(key)
      if (members === undefined) groups.set(key, [row])
      else if (members.length >= maxGroupRows) yield { rejected: tooMany(row) }
      else members.push(row)
    }
    for (const [key, members] of groups) yield { group: { key, rows: members } }
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  #file(partition: number): string {
    return join(this.#folder, `${partition}.jsonl`)
  }
}

function partitionOf(key: string): number {
  let hash = 0
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) >>> 0
  return hash % partitionCount
}

function tooMany(row: SourceRow): Rejection {
  return rejection(row.line, null, { code: 'TOO_MANY_ROWS', message: `A product may have ${maxGroupRows} rows` })
}
