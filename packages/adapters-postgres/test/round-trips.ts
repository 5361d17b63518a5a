import pg from 'pg'

/** A statement as it was sent. */
interface SentStatement {
  readonly text: string
  readonly values?: unknown[]
  readonly name?: string
}

/** Statements that were sent one after the other without waiting for an answer. */
export type RoundTrip = readonly SentStatement[]

/** What `work` sends through `pg` in this process, on whatever connection, as long as one thing runs at a time. */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<RoundTrip[]> {
  const trips: SentStatement[][] = []
  const { query } = pg.Client.prototype
  let unanswered = 0
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const answer: unknown = Reflect.apply(query, this, args)
    if (typeof args[0] !== 'object' || !(answer instanceof Promise)) return answer
    const { text, values, name } = args[0] as SentStatement
    if (unanswered === 0) trips.push([])
    trips.at(-1)?.push({ text, ...(values === undefined ? {} : { values }), ...(name === undefined ? {} : { name }) })
    unanswered += 1
    const answered = () => {
      unanswered -= 1
    }
    answer.then(answered, answered)
    return answer
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return trips
}

/** How many of the statements end a transaction that wrote. */
export function commitsIn(trips: readonly RoundTrip[]): number {
  return trips.flat().filter(({ text }) => text === 'COMMIT').length
}
