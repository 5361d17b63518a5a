import type { DeliveryEstimate } from './shipping-rates.ts'

/** When a shop sends what was ordered. */
export interface DispatchCalendar {
  /** IANA name of the zone in which days and hours are counted, e.g. `Europe/Berlin`. @default UTC */
  readonly timeZone?: string | undefined
  /** What is ordered before this hour of a working day leaves that day, what comes later the next; 0 to 24. @default 24 */
  readonly cutOffHour?: number | undefined
  /** Days of the week without work, 0 for Sunday to 6 for Saturday. @default [0, 6] */
  readonly weekend?: readonly number[] | undefined
  /** Other days without work, as `2026-12-25`. @default none */
  readonly holidays?: readonly string[] | undefined
}

/** How long something is under way. */
export interface DeliveryTime {
  /** Working days from the one on which it leaves; 0 for the same day. */
  readonly minDays: number
  readonly maxDays: number
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * The days between which something that is ordered at a moment should arrive.
 *
 * @example
 * // Ordered on a Friday at 15:00, with a cut-off at 14:00, it leaves on Monday.
 * estimateDelivery({ minDays: 1, maxDays: 2 }, { cutOffHour: 14 }, new Date('2026-03-06T15:00:00Z'))
 * // { earliest: '2026-03-10', latest: '2026-03-11' }
 */
export function estimateDelivery({ minDays, maxDays }: DeliveryTime, calendar: DispatchCalendar, at: Date): DeliveryEstimate {
  const { day, hour } = localTime(at, calendar.timeZone ?? 'UTC')
  const works = workingDays(calendar)
  const sentOn = works(day) && hour < (calendar.cutOffHour ?? 24) ? day : later(day, 1, works)
  const earliest = later(sentOn, minDays, works)
  return { earliest: isoDay(earliest), latest: isoDay(later(earliest, maxDays - minDays, works)) }
}

/** The day, counted from 1970, and the hour that clocks in a zone show. */
function localTime(at: Date, timeZone: string): { readonly day: number; readonly hour: number } {
  const parts = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', hourCycle: 'h23' }).formatToParts(
    at,
  )
  const value = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return { day: Date.UTC(value('year'), value('month') - 1, value('day')) / dayMs, hour: value('hour') }
}

function workingDays({ weekend = [0, 6], holidays = [] }: DispatchCalendar): (day: number) => boolean {
  const free = new Set(holidays)
  return (day) => !weekend.includes(new Date(day * dayMs).getUTCDay()) && !free.has(isoDay(day))
}

/** So many working days after a day. */
function later(day: number, count: number, works: (day: number) => boolean): number {
  let end = day
  for (let left = count; left > 0; ) {
    end += 1
    if (works(end)) left -= 1
  }
  return end
}

function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}
