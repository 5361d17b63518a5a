/** The parameters of a statement that is put together: each is written down as it is used. */
export class SqlParameters {
  readonly values: unknown[] = []

  /** @returns how the statement refers to it. */
  add(value: unknown, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}
