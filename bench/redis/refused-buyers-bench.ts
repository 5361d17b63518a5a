import { isCommerceError } from '@cartwright/core'
import { type BenchResult, median } from '../report.ts'
import { benchRedis } from './bench-redis.ts'
import { inParallel, openFlashSale, placeReady } from './flash-sale.ts'

const clients = 32

interface Measured {
  readonly perSecond: number
  /** Transactions that were opened to prepare an order, for all who were refused. */
  readonly attempts: number
}

/**
 * Buyers who come when the last unit is gone: how many are told so a second, and at how many attempts on the database, with admission and without. Each still
 * reads cart and quote; admission saves the transaction.
 */
export async function refusedBuyersBench({ orders, rounds }: { readonly orders: number; readonly rounds: number }): Promise<readonly BenchResult[]> {
  const [without, withAdmission] = [[] as Measured[], [] as Measured[]]
  for (let round = 0; round < rounds; round += 1) {
    without.push(await refuse(orders, false))
    withAdmission.push(await refuse(orders, true))
  }
  const perSecond = (runs: readonly Measured[]) => Math.round(median(runs.map((run) => run.perSecond)))
  const attempts = (runs: readonly Measured[]) => median(runs.map((run) => run.attempts))
  const [ours, baseline] = [perSecond(withAdmission), perSecond(without)]
  const result = (bench: string, figures: readonly [number, number], unit: string, goal: string, met: boolean | null): BenchResult => {
    const [with_, without_] = figures
    return { bench, ours: with_, baseline: without_, ratio: with_ / without_, unit, goal, met }
  }
  const tried: [number, number] = [attempts(withAdmission), attempts(without)]
  return [
    result(`refused flash-sale buyers, ${clients} clients, with admission, against without`, [ours, baseline], 'buyers/s', 'ratio > 1', ours > baseline),
    result(`database attempts of ${orders} refused buyers, with admission, against without`, tried, 'attempts', 'ratio ≤ 0.05', tried[0] <= tried[1] * 0.05),
  ]
}

async function refuse(buyers: number, admitted: boolean): Promise<Measured> {
  const prepares = { count: 0 }
  const probe = async (step: string) => {
    if (step === 'place.prepare.claimed') prepares.count += 1
  }
  const redis = admitted ? benchRedis() : undefined
  const sale = await openFlashSale({ units: 1, clients, probe, ...(redis === undefined ? {} : { redis }) })
  try {
    const [first, ...rest] = await sale.ready(buyers + 1)
    if (first === undefined) throw new Error('there is a first buyer')
    await placeReady(sale.commerce, first)
    prepares.count = 0
    const startedMs = performance.now()
    const codes = await inParallel(rest, clients, (buyer) => placeReady(sale.commerce, buyer).catch((error: unknown) => codeOf(error)))
    const perSecond = (buyers * 1_000) / (performance.now() - startedMs)
    const others = codes.filter((code) => code !== 'OUT_OF_STOCK')
    if (others.length > 0) throw new Error(`${others.length} buyers were not refused: ${others[0]}`)
    return { perSecond, attempts: prepares.count }
  } finally {
    await sale.close()
    await redis?.close()
  }
}

function codeOf(error: unknown): string {
  if (!isCommerceError(error)) throw error
  return error.code
}
