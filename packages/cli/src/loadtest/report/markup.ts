/** Text as HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A table; cells are HTML. Numbers stand right. */
export function htmlTable(params: { readonly caption: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }): string {
  const { caption, head, rows } = params
  const cell = (tag: string, index: number, html: string): string => `<${tag}${index === 0 ? ' class="name"' : ''}>${html}</${tag}>`
  const line = (cells: readonly string[]): string => `<tr>${cells.map((html, index) => cell(index === 0 ? 'th' : 'td', index, html)).join('')}</tr>`
  const titles = head.map((html, index) => cell('th', index, html)).join('')
  return `<div class="scroll"><table><caption>${escaped(caption)}</caption><thead><tr>${titles}</tr></thead><tbody>${rows.map(line).join('')}</tbody></table></div>`
}
