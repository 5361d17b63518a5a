import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { titled } from '../terminal/titled.ts'
import { entriesTable, shownEntries } from './stock-ledger.ts'
import { levelsTable, shownLevels } from './stock-list.ts'

/** Of the ledger, so many entries are shown. */
const newestEntries = 10

interface StockShowOptions extends ShopOptions {
  readonly sku: string
}

/** Shows where the units of a SKU lie, and what came and went last. @throws NOT_FOUND for a SKU that never had stock and is not sold */
export async function stockShow(output: Output, options: StockShowOptions): Promise<number> {
  const { sku } = options
  const found = await withCommerce(options, { create: false }, async ({ inventory, catalog }) => {
    const levels = await shownLevels(inventory, await inventory.levels({ skus: [sku] }))
    if (levels.length === 0) await catalog.get({ sku, includeHidden: true })
    return { sku, levels, ledger: await shownEntries(inventory, (await inventory.ledger({ sku, limit: newestEntries })).items) }
  })
  output.result(found, () => {
    if (found.levels.length === 0) return `${sku} never had stock.`
    const ledger = found.ledger.length === 0 ? [] : [entriesTable(found.ledger, output)]
    return [levelsTable(found.levels, output), titled('Ledger', ledger, output)].filter((section) => section !== '').join('\n\n')
  })
  return 0
}
