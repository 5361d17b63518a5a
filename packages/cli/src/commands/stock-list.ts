import type { Commerce, Location, StockLevel } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

interface StockListOptions extends ShopOptions {
  /** Code of a location. */
  readonly location?: string
  /** Only what has this many units to sell, or fewer. */
  readonly low?: number
  readonly limit: number
  readonly after?: string
}

/** A level as it is shown: its location by code, and what can be sold of it. */
export interface ShownLevel extends Pick<StockLevel, 'sku' | 'onHand' | 'reserved'> {
  readonly location: string
  readonly available: number
}

/** Lists levels by SKU. */
export async function stockList(output: Output, options: StockListOptions): Promise<number> {
  const { location, low, limit, after } = options
  const query = {
    limit,
    ...(location === undefined ? {} : { location }),
    ...(low === undefined ? {} : { availableAtMost: low }),
    ...(after === undefined ? {} : { after }),
  }
  const page = await withCommerce(options, { create: false }, async ({ inventory }) => {
    const { items, next } = await inventory.listLevels(query)
    return { items: await shownLevels(inventory, items), next }
  })
  output.result(page, () => {
    if (page.items.length === 0) return low === undefined ? 'No stock.' : 'Nothing is low.'
    return paged(levelsTable(page.items, output), page.next, output)
  })
  return 0
}

export async function shownLevels(inventory: Commerce['inventory'], levels: readonly StockLevel[]): Promise<readonly ShownLevel[]> {
  const codes = codesOf(await inventory.listLocations())
  return levels.map(({ sku, locationId, onHand, reserved }) => ({
    sku,
    location: codes.get(locationId) ?? locationId,
    onHand,
    reserved,
    available: onHand - reserved,
  }))
}

export function codesOf(locations: readonly Location[]): ReadonlyMap<string, string> {
  return new Map(locations.map(({ id, code }) => [id, code]))
}

/** One line a level. */
export function levelsTable(levels: readonly ShownLevel[], { paint, width }: Output): string {
  const columns = [
    { title: 'sku', flexible: true },
    { title: 'location' },
    { title: 'on hand', align: 'right' },
    { title: 'reserved', align: 'right' },
    { title: 'available', align: 'right' },
  ] as const
  const rows = levels.map(({ sku, location, onHand, reserved, available }) => [
    sku,
    location,
    count(onHand),
    count(reserved),
    available === 0 ? paint('red', '0') : count(available),
  ])
  return table({ columns, rows, paint, width })
}
