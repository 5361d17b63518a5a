import type { Rejection } from '../import/rejection.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'
import { count, counted } from './words.ts'

/** Rejections that are shown to people; `--json` has them all. */
const shownRejections = 20

/** What was wrong with an imported file, line by line, and what to do about it; nothing when nothing was. */
export function rejectionsInWords({ paint, width }: Output, rejected: readonly Rejection[], nothingCame: boolean): readonly string[] {
  if (rejected.length === 0) return []
  const rows = rejected.slice(0, shownRejections).map(({ line, column, code, message }) => [String(line), column ?? '', paint('red', code), message])
  const columns = [{ title: 'line', align: 'right' }, { title: 'column' }, { title: 'code' }, { title: 'message', flexible: true }] as const
  return [
    '',
    paint('red', `${counted(rejected.length, 'problem')} in the file; ${nothingCame ? 'nothing was imported' : 'the rest was imported'}:`),
    table({ columns, rows, paint, width }),
    ...(rejected.length > shownRejections ? [`… and ${count(rejected.length - shownRejections)} more; --json lists them all.`] : []),
    `${paint('cyan', 'next ')} Mend these rows and import the file again: what is unchanged is left alone.`,
  ]
}
