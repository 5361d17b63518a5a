import { stripVTControlCharacters } from 'node:util'
import type { Paint } from './output.ts'

interface Column {
  readonly title: string
  /** Numbers stand at the right. @default 'left' */
  readonly align?: 'left' | 'right'
  /** Goes on in lines of its own when the terminal is too narrow. One column at most; its cells are not painted. */
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
  const flexible = columns.findIndex((column) => column.flexible === true)
  const body = rows.flatMap((cells) => {
    const [first = '', ...rest] = flexible === -1 ? [] : wrapped(cells[flexible] ?? '', widths[flexible] ?? 0)
    const whole = flexible === -1 ? cells : cells.with(flexible, first)
    return [line(whole), ...rest.map((part) => line(columns.map((_, index) => (index === flexible ? part : ''))))]
  })
  return [head.trimEnd(), ...body].join('\n')
}

/** Cuts a text into lines at its blanks, and a word that is too long for one anywhere. */
function wrapped(text: string, width: number): string[] {
  if (visibleLength(text) <= width) return [text]
  const lines: string[] = []
  let current = ''
  for (const word of text.split(' ').flatMap((part) => pieces(part, width))) {
    if (current !== '' && visibleLength(current) + 1 + visibleLength(word) > width) {
      lines.push(current)
      current = word
    } else {
      current = current === '' ? word : `${current} ${word}`
    }
  }
  return [...lines, current]
}

function pieces(word: string, width: number): string[] {
  const characters = [...word]
  return Array.from({ length: Math.max(1, Math.ceil(characters.length / width)) }, (_, index) => characters.slice(index * width, (index + 1) * width).join(''))
}

function padded(cell: string, width: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, width - visibleLength(cell)))
  return align === 'left' ? cell + blanks : blanks + cell
}

function visibleLength(text: string): number {
  return [...stripVTControlCharacters(text)].length
}
