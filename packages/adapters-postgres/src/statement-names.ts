import { createHash } from 'node:crypto'

/** How many statements a connection keeps prepared; what comes after them is sent unnamed, so that no host's queries fill the server's memory. */
const maxNames = 1_000

/** The longest list for which the plan of a prepared statement will do. */
const maxList = 50

/** The names under which statements are prepared: made from their text, so that one name never means two statements. */
export class StatementNames {
  readonly #names = new Map<string, string>()

  /**
   * Undefined for a statement that is to be sent unnamed: also one that is given a long list. Postgres may keep the plan of a prepared statement from when its tables
   * were nearly empty, and reading one from end to end is the better plan then. For a short list that stays bearable until the tables are analysed; for a thousand
   * handles it took longer than a statement may.
   */
  of(sql: string, parameters: readonly unknown[]): string | undefined {
    if (parameters.some((value) => Array.isArray(value) && value.length > maxList)) return undefined
    const known = this.#names.get(sql)
    if (known !== undefined || this.#names.size >= maxNames) return known
    const name = `cartwright_${createHash('sha256').update(sql).digest('hex').slice(0, 40)}`
    this.#names.set(sql, name)
    return name
  }
}
