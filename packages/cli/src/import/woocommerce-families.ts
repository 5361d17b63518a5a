import { shortHash, slug } from './made-keys.ts'
import { type ReadRow, rejection, type SourceRow } from './rejection.ts'
import type { GroupKey } from './row-groups.ts'
import type { WooCommerceColumns } from './woocommerce-columns.ts'

/**
 * Which rows of a WooCommerce export make one product, and what its handle is. A variation names its parent by SKU or id and may stand before it, and a name may
 * be that of two products, so the file is read once for this before it is imported. Memory holds the variable products and the names.
 */
export class WooCommerceFamilies {
  readonly #columns: WooCommerceColumns
  /** `id:44` and `sku:TEE` → the key of the variable product. */
  readonly #parents = new Map<string, string>()
  /** Name, as a slug → whether several products have it. */
  readonly #names = new Map<string, boolean>()

  private constructor(columns: WooCommerceColumns) {
    this.#columns = columns
  }

  static async read(columns: WooCommerceColumns, rows: AsyncIterable<ReadRow>): Promise<WooCommerceFamilies> {
    const families = new WooCommerceFamilies(columns)
    for await (const item of rows) if ('row' in item) families.#add(item.row)
    return families
  }

  /** A variable product and its variations have one key; any other product has its own. */
  readonly keyOf: GroupKey = (row) => {
    const kind = this.#columns.kind(row)
    if (kind === 'unsupported') {
      const message = `A product of the type "${this.#columns.cell(row, 'type')}" is not imported: simple and variable ones are`
      return rejection(row.line, this.#columns.nameOf('type'), { code: 'UNSUPPORTED_TYPE', message })
    }
    if (kind !== 'variation') return keyOfProduct(row)
    const parent = this.#columns.cell(row, 'parent')
    const key = this.#parents.get(parent.startsWith('id:') ? parent : `sku:${parent}`)
    if (key !== undefined) return key
    const message = parent === '' ? 'The variation does not name its parent' : `The file has no variable product "${parent}"`
    return rejection(row.line, this.#columns.nameOf('parent'), { code: 'UNKNOWN_PARENT', message })
  }

  /** The name as a slug, such as `v-neck-t-shirt`. Where several products have it, or nothing is left of it, their id tells them apart, or else their SKU. */
  handleOf(product: SourceRow): string {
    const cell = (field: 'id' | 'sku' | 'name') => this.#columns.cell(product, field)
    const name = slug(cell('name'))
    if (name !== '' && this.#names.get(name) !== true) return name
    return `${name || 'product'}-${slug(cell('id')) || slug(cell('sku')) || shortHash([cell('name')])}`
  }

  #add(row: SourceRow): void {
    const kind = this.#columns.kind(row)
    if (kind === 'unsupported' || kind === 'variation') return
    const name = slug(this.#columns.cell(row, 'name'))
    this.#names.set(name, this.#names.has(name))
    if (kind !== 'variable') return
    const references = [`id:${this.#columns.cell(row, 'id')}`, `sku:${this.#columns.cell(row, 'sku')}`].filter((reference) => !reference.endsWith(':'))
    for (const reference of references) if (!this.#parents.has(reference)) this.#parents.set(reference, keyOfProduct(row))
  }
}

function keyOfProduct(row: SourceRow): string {
  return `line ${row.line}`
}
