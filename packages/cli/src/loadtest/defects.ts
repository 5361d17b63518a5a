import { type ErrorCode, errorTable } from '@cartwright/core'
import type { OperationResult } from './load-totals.ts'

/** Codes that no load excuses: errors that are not the library's, and those that say a rule of the library was broken. Sorted. */
export function defectCodes(operations: Readonly<Record<string, OperationResult>>): readonly string[] {
  const codes = new Set(Object.values(operations).flatMap(({ errorCodes }) => Object.keys(errorCodes)))
  return [...codes].filter(isDefect).sort()
}

function isDefect(code: string): boolean {
  return code === 'UNEXPECTED' || (code in errorTable && errorTable[code as ErrorCode].kind === 'defect')
}
