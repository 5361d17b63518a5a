import { readFile } from 'node:fs/promises'
import { CommerceError } from '@cartwright/core'
import { z } from 'zod'
import type { LoadShapes } from './load-shapes.ts'
import { defaultLoadShapes } from './measured-shapes.ts'

const share = z.number().min(0).max(1)
const positive = z.number().positive()

const quantiles = z
  .object({ p50: positive, p75: positive, p90: positive, p95: positive, p99: positive, max: positive })
  .refine(({ p50, p75, p90, p95, p99, max }) => p50 <= p75 && p75 <= p90 && p90 <= p95 && p95 <= p99 && p99 <= max, { message: 'percentiles must not fall' })

const popularity = z
  .object({ distinct: z.int().min(1), topOneShare: share, topHundredthShare: share, topTenthShare: share })
  .refine(({ topOneShare, topHundredthShare, topTenthShare }) => topOneShare > 0 && topOneShare <= topHundredthShare && topHundredthShare <= topTenthShare, {
    message: 'shares must not fall, and be more than 0',
  })

const shapesInput = z
  .strictObject({
    linesPerOrder: quantiles,
    unitsPerLine: quantiles,
    ordersPerCustomer: quantiles,
    popularity,
    ordersByHour: z
      .array(z.number().min(0))
      .length(24)
      .refine((hours) => hours.some((orders) => orders > 0), { message: 'must have an hour with orders' }),
    ordersPerDay: positive,
    cancelledShare: share,
    guestShare: share,
    buyingShare: share,
    pagesPerSession: quantiles,
    pagesPerBuyingSession: quantiles,
    wordsPerQuery: quantiles,
    thinkTimeMs: quantiles,
  })
  .partial()

/**
 * Reads load shapes from a JSON file with the fields of `LoadShapes`; one that it leaves out is as we measured it.
 *
 * @throws INVALID_INPUT for a file that cannot be read, is no JSON, or has a field that is unknown or makes no sense
 */
export async function readLoadShapes(file: string): Promise<LoadShapes> {
  const result = shapesInput.safeParse(await readJson(file))
  if (!result.success) throw unreadable(file, result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; '))
  const given = Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined))
  return { ...defaultLoadShapes, ...given }
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw unreadable(file, (error as Error).message, error)
  }
}

function unreadable(file: string, message: string, cause?: unknown): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', {
    message: `Cannot use the load shapes in ${file}: ${message}`,
    details: { issues: [{ path: file, message }] },
    cause,
  })
}
