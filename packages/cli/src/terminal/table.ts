import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './output.ts'

interface Column {
  readonly title: string
  /** Numbers stand at the right. @default 'left' */
  readonly align?: 'left' | 'right'
  /** May be cut when the terminal is too narrow. One column at most. */
  readonly flexible?: boolean
}

interface TableParams {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  readonly paint: Paint
  /** Of the terminal; undefined for no limit. */
  readonly width: number | undefined
}

const gap = '  '

/** Rows under titles, in columns as wide as their widest cell. Cells may be painted. */
export function table({ columns, rows, paint, width }: TableParams): string {
  const natural = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => visibleLength(row[index] ?? ''))))
  const total = natural.reduce((sum, value) => sum + value, 0) + gap.length * (columns.length - 1)
  const excess = width === undefined ? 0 : Math.max(0, total - width)
  const widths = natural.map((value, index) => (columns[index]?.flexible === true ? Math.min(value, Math.max(12, value - excess)) : value))
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => padded(cells[index] ?? '', widths[index] ?? 0, align ?? 'left'))
      .join(gap)
      .trimEnd()
  const head = columns.map(({ title, align }, index) => paint('dim', padded(title, widths[index] ?? 0, align ?? 'left'))).join(gap)
  return [head.trimEnd(), ...rows.map(line)].join('\n')
}

function padded(cell: string, width: number, align: 'left' | 'right'): string {
  const length = visibleLength(cell)
  if (length > width) return `${[...stripVTControlCharacters(cell)].slice(0, width - 1).join('')}…`
  const blanks = ' '.repeat(width - length)
  return align === 'left' ? cell + blanks : blanks + cell
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length
}
