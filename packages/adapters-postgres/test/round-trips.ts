import pg from 'pg'

/** A statement as it was sent. */
interface SentStatement {
  readonly text: string
  readonly values?: unknown[]
  readonly name?: string
}

/** A query of a class of our own, which calls back instead of giving a promise. */
interface QueryObject extends SentStatement {
  callback(...answer: unknown[]): void
}

/** Statements that were sent one after the other without waiting for an answer. */
export type RoundTrip = readonly SentStatement[]

/** What tells other processes of a commit: sent now and then, and nobody waits for it. */
const isHint = (text: string) => text.startsWith('NOTIFY ') || text.includes('pg_notify')

/** What `work` sends through `pg` in this process, on whatever connection, as long as one thing runs at a time. Hints to other processes are left out. */
export async function roundTripsOf(work: () => Promise<unknown>): Promise<RoundTrip[]> {
  const trips: SentStatement[][] = []
  const { query } = pg.Client.prototype
  // Connections that are still sending what they began to send before any answer came.
  const sending = new WeakSet<pg.Client>()
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if (typeof args[0] !== 'object') return Reflect.apply(query, this, args)
    const { text, values, name } = args[0] as SentStatement
    const answer: unknown = Reflect.apply(query, this, args)
    if (isHint(text)) return answer
    // Nobody waits for the end of a snapshot.
    if (!sending.has(this) && text !== 'ROLLBACK') trips.push([])
    sending.add(this)
    trips.at(-1)?.push({ text, ...(values === undefined ? {} : { values }), ...(name === undefined ? {} : { name }) })
    const answered = () => sending.delete(this)
    if (answer instanceof Promise) answer.then(answered, answered)
    else callFirst(args[0] as QueryObject, answered)
    return answer
  } as typeof query
  try {
    await work()
  } finally {
    pg.Client.prototype.query = query
  }
  return trips
}

/** Makes a query call something else before it calls back. */
function callFirst(sent: QueryObject, first: () => void): void {
  const { callback } = sent
  sent.callback = (...answer) => {
    first()
    callback(...answer)
  }
}

/** How many of the statements end a transaction that wrote. */
export function commitsIn(trips: readonly RoundTrip[]): number {
  return trips.flat().filter(({ text }) => text === 'COMMIT').length
}
