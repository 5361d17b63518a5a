/**
 * A calendar day, as `2026-12-01`. It begins at midnight UTC. A text, so that it is the same day in every time zone, and is compared and stored as it is.
 */
export type Day = string

/** True while a day has not begun. */
export function isAhead(day: Day | undefined, now: Date): day is Day {
  return day !== undefined && day > now.toISOString().slice(0, 10)
}

/** The last of some days; undefined of none. */
export function latestDay(days: readonly (Day | undefined)[]): Day | undefined {
  return days
    .filter((day) => day !== undefined)
    .sort()
    .at(-1)
}

/** When a variant can be had, as its shop has announced. */
export interface SaleDays {
  /** Of a preorder: it may be bought before, and is sent from this day on. Left out for what is sent at once. */
  readonly availableFrom?: Day
  /** When more units are expected, of what may be backordered or is sold out. Left out when nobody has said. */
  readonly restockDate?: Day
}

/** Just the days of something, without those that nobody has set. */
export function saleDays({ availableFrom, restockDate }: { readonly [Key in keyof SaleDays]?: Day | null | undefined }): SaleDays {
  return { ...(availableFrom == null ? {} : { availableFrom }), ...(restockDate == null ? {} : { restockDate }) }
}
