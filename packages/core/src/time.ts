/**
 * What time a command takes place: the database's clock (the default, so that application servers with wrong clocks agree), or a value (tests, replays).
 */
export type Now = { readonly source: 'database' } | { readonly source: 'value'; readonly at: Date }

/** Says what `now` is for each transaction. */
export interface Clock {
  now(): Now
}

/** Every transaction takes its time from the database it runs in. */
export const databaseClock: Clock = { now: () => ({ source: 'database' }) }

/** `date` moved by `ms` milliseconds. */
export function addMs(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms)
}
