import type { PhysicalLine } from './physical-lines.ts'
import { type Problem, type ReadRow, rejection } from './rejection.ts'

/** Reads one JSON object a line. Blank lines are passed over; a line that is no object is rejected, and the next one read. */
export async function* jsonRows(lines: AsyncIterable<PhysicalLine>): AsyncGenerator<ReadRow> {
  for await (const line of lines) {
    if (line.problem !== null) yield { rejected: rejection(line.number, null, line.problem) }
    else if (line.text.trim() !== '') yield parseLine(line)
  }
}

function parseLine(line: PhysicalLine): ReadRow {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch (error) {
    return { rejected: rejection(line.number, null, invalid((error as SyntaxError).message)) }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { rejected: rejection(line.number, null, invalid('The line is no JSON object')) }
  return { row: { line: line.number, values: value as Record<string, unknown> } }
}

function invalid(message: string): Problem {
  return { code: 'INVALID_JSON', message }
}
