import type { Commerce, LedgerEntry } from '@cartwright/core'
import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { paged } from '../terminal/paged.ts'
import { table } from '../terminal/table.ts'
import { count, moment } from '../terminal/words.ts'
import { codesOf } from './stock-list.ts'

interface StockLedgerOptions extends ShopOptions {
  readonly sku: string
  /** Code of a location. */
  readonly location?: string
  readonly limit: number
  readonly after?: string
}

/** An entry as it is shown: its location by code. */
export interface ShownEntry extends Omit<LedgerEntry, 'locationId'> {
  readonly location: string
}

/** Lists what came and went of a SKU, newest first. */
export async function stockLedger(output: Output, options: StockLedgerOptions): Promise<number> {
  const { sku, location, limit, after } = options
  const query = { sku, limit, ...(location === undefined ? {} : { location }), ...(after === undefined ? {} : { after }) }
  const page = await withCommerce(options, { create: false }, async ({ inventory }) => {
    const { items, next } = await inventory.ledger(query)
    return { items: await shownEntries(inventory, items), next }
  })
  output.result(page, () => {
    if (page.items.length === 0) return 'No entries.'
    return paged(entriesTable(page.items, output), page.next, output)
  })
  return 0
}

export async function shownEntries(inventory: Commerce['inventory'], entries: readonly LedgerEntry[]): Promise<readonly ShownEntry[]> {
  const codes = codesOf(await inventory.listLocations())
  return entries.map(({ locationId, ...entry }) => ({ ...entry, location: codes.get(locationId) ?? locationId }))
}

/** One line an entry. */
export function entriesTable(entries: readonly ShownEntry[], { paint, width }: Output): string {
  const columns = [
    { title: 'when' },
    { title: 'location' },
    { title: 'units', align: 'right' },
    { title: 'reason' },
    { title: 'for' },
    { title: 'note', flexible: true },
  ] as const
  const rows = entries.map(({ createdAt, location, delta, reason, referenceId, note }) => [
    moment(createdAt),
    location,
    delta > 0 ? paint('green', `+${count(delta)}`) : paint('yellow', `−${count(-delta)}`),
    reason,
    referenceId ?? '',
    note?.replaceAll(/\s+/g, ' ') ?? '',
  ])
  return table({ columns, rows, paint, width })
}
