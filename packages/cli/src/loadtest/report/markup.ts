/** Text as HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

interface HtmlTable {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Columns of words after the first; those of numbers stand right. @default none */
  readonly words?: readonly number[]
}

/** A table; cells are HTML. */
export function htmlTable({ caption, head, rows, words = [] }: HtmlTable): string {
  const cell = (tag: string, index: number, html: string): string => {
    const kind = index === 0 ? ' class="name"' : words.includes(index) ? ' class="text"' : ''
    return `<${tag}${kind}>${html}</${tag}>`
  }
  const line = (cells: readonly string[]): string => `<tr>${cells.map((html, index) => cell(index === 0 ? 'th' : 'td', index, html)).join('')}</tr>`
  const titles = head.map((html, index) => cell('th', index, html)).join('')
  // Above the part that scrolls, so that it can be read on a phone.
  return `<p class="caption">${escaped(caption)}</p><div class="scroll"><table aria-label="${escaped(caption)}"><thead><tr>${titles}</tr></thead><tbody>${rows.map(line).join('')}</tbody></table></div>`
}
