import { type Parsed, readDecimalPrice, readGrams, readQuantity } from './cell-values.ts'

/** The cell as the shop had it: an apostrophe before what a spreadsheet would take for a formula was added by the export. */
export function plainCell(text: string): string {
  const trimmed = text.trim()
  return /^'[=+\-@]/.test(trimmed) ? trimmed.slice(1) : trimmed
}

/** The values of a list such as `Blue, Green`, without blanks; a comma inside a value is written `\,`. */
export function listedValues(text: string): string[] {
  return text
    .split(/(?<!\\),/)
    .map((value) => value.replaceAll('\\,', ',').trim())
    .filter((value) => value !== '')
}

/** A long text with its line breaks, which the export writes as `\n`, and a written `\n` as `\\n`. */
export function longText(text: string): string {
  return text.replace(/\\\\n|\\n/g, (found) => (found === '\\n' ? '\n' : '\\n'))
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#039;': "'" }

/** The name of a category, tag or brand: WordPress keeps these with HTML entities, and exports them so. */
export function termName(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#039);/g, (entity) => entities[entity] ?? entity).trim()
}

/** Paths of categories, such as `Clothing > Shirts, Music`. The category that WooCommerce gives to products without one is none. */
export function categoryPaths(text: string): string[][] {
  const paths = listedValues(text).map((path) =>
    path
      .split('>')
      .map(termName)
      .filter((name) => name !== ''),
  )
  const named = paths.filter((path) => path.length > 0 && !(path.length === 1 && path[0] === 'Uncategorized'))
  return [...new Map(named.map((path) => [JSON.stringify(path), path])).values()]
}

/** An exact amount. The export writes prices as the shop shows them: a comma before one or two digits at the end is the decimal one. */
export function readLocalPrice(text: string, currency: string): Parsed<number> {
  return readDecimalPrice(withLeadingZero(/^\d*,\d{1,2}$/.test(text) ? text.replace(',', '.') : text), currency)
}

/** Units on hand; a number below 0, which is how WooCommerce counts units that are owed, is none. */
export function readUnits(text: string): Parsed<number> {
  return /^-\d{1,16}(?:\.0+)?$/.test(text) ? { value: 0 } : readQuantity(text)
}

/** @param unit - from the header, such as `kg` or `lbs` */
export function readWeight(text: string, unit: string): Parsed<number | undefined> {
  return readGrams(withLeadingZero(text), unit === 'lbs' ? 'lb' : unit)
}

/** The day that a sale begins or ends, as `2026-03-01`; the time of day is left out of account. */
export function readDay(text: string): Parsed<string> {
  const day = /^\d{4}-\d{2}-\d{2}(?=$|[ T])/.exec(text)?.[0]
  if (day !== undefined) return { value: day }
  return { problem: { code: 'INVALID_DATE', message: `"${text}" is no date: write it as 2026-03-01` } }
}

function withLeadingZero(text: string): string {
  return text.startsWith('.') ? `0${text}` : text
}
