import type { Now } from '@cartwright/core/ports'

/** When every conformance test begins. */
export const start = new Date('2026-03-01T12:00:00.000Z')

/** The moment `ms` milliseconds after the start. */
export function moment(ms: number): Date {
  return new Date(start.getTime() + ms)
}

/** A transaction's time, `ms` milliseconds after the start. */
export function at(ms: number): Now {
  return { source: 'value', at: moment(ms) }
}

export const minute = 60_000
export const hour = 60 * minute
