import type { Output } from './output.ts'

/** Lines under a heading; nothing without lines. */
export function titled(title: string, lines: readonly string[], output: Output): string {
  return lines.length === 0 ? '' : [output.paint('bold', title), ...lines.map((line) => `  ${line}`)].join('\n')
}
