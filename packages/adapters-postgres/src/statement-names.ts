import { createHash } from 'node:crypto'

/** How many statements a connection keeps prepared; what comes after them is sent unnamed, so that no host's queries fill the server's memory. */
const maxNames = 1_000

/** The names under which statements are prepared: made from their text, so that one name never means two statements. */
export class StatementNames {
  readonly #names = new Map<string, string>()

  /** Undefined for a statement that is to be sent unnamed. */
  of(sql: string): string | undefined {
    const known = this.#names.get(sql)
    if (known !== undefined || this.#names.size >= maxNames) return known
    const name = `cartwright_${createHash('sha256').update(sql).digest('hex').slice(0, 40)}`
    this.#names.set(sql, name)
    return name
  }
}
