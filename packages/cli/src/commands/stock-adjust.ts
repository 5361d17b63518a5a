import { randomUUID } from 'node:crypto'
import type { Adjustment, LedgerReason } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { count, counted } from '../terminal/words.ts'
import { levelsTable, type ShownLevel, shownLevels } from './stock-list.ts'

interface StockAdjustOptions extends ShopOptions {
  readonly sku: string
  /** Units that came, or went if negative. */
  readonly by?: number
  /** Units that there are, in place of `by`. */
  readonly to?: number
  readonly reason: Exclude<LedgerReason, 'sale'>
  /** Code of a location. */
  readonly location?: string
  readonly note?: string
  /** Go below what is promised to orders, which then wait for goods. */
  readonly backorder?: boolean
  readonly key?: string
}

interface Adjusted extends ShownLevel {
  readonly delta: number
  readonly shortfalls: Adjustment['shortfalls']
}

/** Changes the units on hand, and says who is left without. */
export async function stockAdjust(output: Output, options: StockAdjustOptions): Promise<number> {
  const { sku, by, to, reason, location, note, backorder = false, key = `cli:${randomUUID()}` } = options
  const adjusted = await withCommerce(options, { create: false }, async ({ inventory }): Promise<Adjusted> => {
    const { level, delta, shortfalls } = await inventory.adjust({
      sku,
      reason,
      ...(by === undefined ? {} : { by }),
      ...(to === undefined ? {} : { to }),
      ...(location === undefined ? {} : { location }),
      ...(note === undefined ? {} : { note }),
      shortfall: backorder ? 'backorder' : 'refuse',
      idempotencyKey: key,
    })
    const [shown] = await shownLevels(inventory, [level])
    return { ...(shown as ShownLevel), delta, shortfalls }
  })
  output.result(adjusted, () => inWords(adjusted, output))
  return 0
}

function inWords(adjusted: Adjusted, output: Output): string {
  const { delta, shortfalls } = adjusted
  const change = delta === 0 ? 'Nothing changed.' : `${counted(Math.abs(delta), 'unit')} ${delta > 0 ? 'came' : 'went'}.`
  const waiting = shortfalls.map(({ holder, units }) => `${output.paint('yellow', count(units))} of ${holder.type} ${holder.id} wait for goods`)
  return [change, levelsTable([adjusted], output), ...waiting].join('\n')
}
