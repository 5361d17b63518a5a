/** A Shopify CSV with good products and broken rows, and what an importer must make of it. */
export interface BrokenFile {
  readonly bytes: Buffer
  /** Data rows in it, broken ones too. */
  readonly rows: number
  /** SKUs of every good row, by handle. */
  readonly good: ReadonlyMap<string, readonly string[]>
  /** What must be rejected: line → code. */
  readonly broken: ReadonlyMap<number, string>
}

const columns = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Status',
  'Option1 Name',
  'Option1 Value',
  'Variant SKU',
  'Variant Price',
  'Variant Inventory Qty',
  'Variant Grams',
  'Variant Inventory Policy',
]

type Cells = Readonly<Record<string, string>>

/** Deterministic numbers from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Breaks a row: its bytes, and the code it must be rejected with. `takenSku` is one that an earlier product has. */
type Breakage = (cells: Cells, takenSku: string) => readonly [bytes: string | Buffer, code: string]

const breakages: readonly Breakage[] = [
  (cells) => [line(cells).slice(0, line(cells).lastIndexOf(',')), 'WRONG_COLUMN_COUNT'],
  (cells) => [`${line(cells)},extra`, 'WRONG_COLUMN_COUNT'],
  (cells) => [raw({ ...cells, Vendor: 'the 5" maker' }), 'MALFORMED_ROW'],
  (cells) => [raw({ ...cells, Vendor: '"never closed' }), 'MALFORMED_ROW'],
  (cells) => [raw({ ...cells, 'Variant Inventory Policy': '"deny' }), 'MALFORMED_ROW'],
  (cells) => [raw({ ...cells, Vendor: '"closed" too early' }), 'MALFORMED_ROW'],
  (cells) => [Buffer.from(line({ ...cells, Vendor: 'Caf\u00e9' }), 'latin1'), 'BAD_ENCODING'],
  (cells) => [line({ ...cells, Vendor: 'nul\u0000byte' }), 'NUL_BYTE'],
  (cells) => [line({ ...cells, 'Body (HTML)': 'x'.repeat(1024 * 1024) }), 'TOO_LONG'],
  (cells) => [line({ ...cells, Handle: '' }), 'MISSING_HANDLE'],
  (cells) => [line({ ...cells, Handle: 'two words' }), 'INVALID_INPUT'],
  (cells) => [line({ ...cells, Title: ' ' }), 'MISSING_TITLE'],
  (cells) => [line({ ...cells, Title: 'x'.repeat(501) }), 'INVALID_INPUT'],
  (cells) => [line({ ...cells, Status: 'sold out' }), 'UNKNOWN_VALUE'],
  (cells) => [line({ ...cells, 'Variant Price': '-5.00' }), 'INVALID_PRICE'],
  (cells) => [line({ ...cells, 'Variant Price': '12,50' }), 'INVALID_PRICE'],
  (cells) => [line({ ...cells, 'Variant Price': '1e3' }), 'INVALID_PRICE'],
  (cells) => [line({ ...cells, 'Variant Price': '9.999' }), 'INVALID_PRICE'],
  (cells) => [line({ ...cells, 'Variant Price': '99999999999999999999' }), 'INVALID_PRICE'],
  (cells) => [line({ ...cells, 'Variant Price': '' }), 'MISSING_PRICE'],
  (cells) => [line({ ...cells, 'Variant Inventory Qty': '-1' }), 'INVALID_QUANTITY'],
  (cells) => [line({ ...cells, 'Variant Inventory Qty': '1.5' }), 'INVALID_QUANTITY'],
  (cells) => [line({ ...cells, 'Variant Inventory Qty': 'some' }), 'INVALID_QUANTITY'],
  (cells) => [line({ ...cells, 'Variant Grams': 'heavy' }), 'INVALID_WEIGHT'],
  (cells) => [line({ ...cells, 'Variant Inventory Policy': 'perhaps' }), 'UNKNOWN_VALUE'],
  (cells, takenSku) => [line({ ...cells, 'Variant SKU': takenSku }), 'SKU_TAKEN'],
]

/** The same for rows that go on with the product before them, whose options are Small and Large. */
const continuationBreakages: readonly Breakage[] = [
  (cells, takenSku) => [line({ ...cells, 'Variant SKU': takenSku }), 'DUPLICATE_SKU'],
  (cells) => [line({ ...cells, 'Option1 Value': 'Small' }), 'DUPLICATE_OPTIONS'],
  (cells) => [line({ ...cells, 'Option1 Value': '' }), 'INVALID_OPTIONS'],
  (cells) => [line({ Handle: cells.Handle ?? '' }), 'EMPTY_ROW'],
  (cells) => [line({ ...cells, 'Variant Price': 'free' }), 'INVALID_PRICE'],
  (cells) => [`${line(cells)},,`, 'WRONG_COLUMN_COUNT'],
  (cells) => [raw({ ...cells, Vendor: '"open' }), 'MALFORMED_ROW'],
]

/** Rows rejected before anyone knows their product: they do not part the rows around them. */
const handleIsUnread = new Set(['WRONG_COLUMN_COUNT', 'MALFORMED_ROW', 'BAD_ENCODING', 'NUL_BYTE', 'TOO_LONG', 'MISSING_HANDLE'])

/** Makes a file of `brokenRows` broken rows of every kind, each among good ones, with CRLF, a byte order mark and blank lines. */
export function brokenShopifyFile(seed: number, brokenRows: number): BrokenFile {
  const random = seeded(seed)
  const file = new FileWriter()
  const good = new Map<string, readonly string[]>()
  const broken = new Map<number, string>()
  let rows = 0
  const writeGood = (number: number): readonly string[] => {
    const handle = `good-${number}`
    const skus = [`${handle}-s`, `${handle}-l`]
    const body = random() < 0.3 ? 'First line,\nsecond "line"\n' : 'Plain, with a comma'
    file.write(line(product(handle, { 'Body (HTML)': body, 'Variant SKU': skus[0] ?? '' })))
    file.write(line({ Handle: handle, 'Option1 Value': 'Large', 'Variant SKU': skus[1] ?? '', 'Variant Price': '12.5' }))
    rows += 2
    good.set(handle, skus)
    return skus
  }
  let number = 0
  let follows = true
  let skus = writeGood(number)
  while (broken.size < brokenRows) {
    if (random() < 0.1) file.write('')
    const continues: boolean = follows && random() < 0.4
    const kinds = continues ? continuationBreakages : breakages
    const kind = kinds[broken.size % kinds.length] as Breakage
    const handle = continues ? `good-${number}` : `bad-${broken.size}`
    const cells = continues
      ? { Handle: handle, 'Option1 Value': 'Huge', 'Variant SKU': `${handle}-x`, 'Variant Price': '9' }
      : product(handle, { 'Variant SKU': `${handle}-s` })
    const [bytes, code] = kind(cells, skus[0] ?? '')
    broken.set(file.write(bytes), code)
    rows += 1
    follows = continues || (follows && handleIsUnread.has(code))
    if (random() < 0.6) {
      follows = true
      number += 1
      skus = writeGood(number)
    }
  }
  // A handle that comes back after others: its rows belong together.
  writeGood(number + 1)
  broken.set(file.write(line(product('good-0', { 'Variant SKU': 'late' }))), 'HANDLE_REPEATED')
  rows += 1
  return { bytes: file.bytes(), rows, good, broken }
}

function product(handle: string, cells: Cells): Cells {
  return {
    Handle: handle,
    Title: `Product ${handle}`,
    Vendor: 'Maker',
    Status: 'active',
    'Option1 Name': 'Size',
    'Option1 Value': 'Small',
    'Variant Price': '10.00',
    'Variant Inventory Qty': '3',
    ...cells,
  }
}

function line(cells: Cells): string {
  return columns.map((column) => quoted(cells[column] ?? '')).join(',')
}

/** Without quoting: the cells bring their own quotes. */
function raw(cells: Cells): string {
  return columns.map((column) => cells[column] ?? '').join(',')
}

function quoted(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

class FileWriter {
  readonly #parts: Buffer[] = [Buffer.from(`\uFEFF${columns.join(',')}\r\n`)]
  #nextLine = 2

  /** @returns the number of its first line. */
  write(text: string | Buffer): number {
    const first = this.#nextLine
    const bytes = Buffer.from(text)
    this.#parts.push(bytes, Buffer.from('\r\n'))
    this.#nextLine += 1 + bytes.filter((byte) => byte === 0x0a).length
    return first
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
