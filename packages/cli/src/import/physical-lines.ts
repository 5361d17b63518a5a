import { isUtf8 } from 'node:buffer'
import type { Problem } from './rejection.ts'

/** A line of the file as it lies there, without its line ending. */
export interface PhysicalLine {
  /** From 1. */
  readonly number: number
  /** Empty when the line was too long to keep. */
  readonly text: string
  readonly problem: Problem | null
}

/** The longest line that is read, in bytes. */
export const maxLineBytes = 1024 * 1024

const newline = 0x0a
const carriageReturn = 0x0d
const byteOrderMark = '\uFEFF'

/**
 * Cuts bytes into lines ended by LF or CRLF. Memory stays bounded: a line beyond `maxLineBytes` is passed over and reported, and the lines after
 * it are read as usual. A source that breaks off (a damaged gzip file) ends in one line with the problem `UNREADABLE`.
 */
export async function* physicalLines(source: AsyncIterable<Buffer>): AsyncGenerator<PhysicalLine> {
  const cutter = new LineCutter()
  try {
    for await (const chunk of source) yield* cutter.push(chunk)
  } catch (error) {
    if (!isDamagedArchive(error)) throw error
    yield* cutter.end()
    const message = `The file cannot be read beyond this point: ${(error as Error).message}. Download or pack it again`
    yield { number: cutter.nextNumber, text: '', problem: { code: 'UNREADABLE', message } }
    return
  }
  yield* cutter.end()
}

class LineCutter {
  nextNumber = 1
  #parts: Buffer[] = []
  #length = 0
  #overlong = false

  #keep(part: Buffer): void {
    if (part.length === 0 || this.#overlong) return
    this.#length += part.length
    if (this.#length > maxLineBytes) {
      this.#overlong = true
      this.#parts = []
    } else {
      this.#parts.push(part)
    }
  }

  *push(chunk: Buffer): Generator<PhysicalLine> {
    let start = 0
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end))
      yield this.#take()
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
  }

  *end(): Generator<PhysicalLine> {
    if (this.#length > 0 || this.#overlong) yield this.#take()
  }

  #take(): PhysicalLine {
    const number = this.nextNumber
    const parts = this.#parts
    const overlong = this.#overlong
    this.nextNumber += 1
    this.#parts = []
    this.#length = 0
    this.#overlong = false
    if (overlong) return { number, text: '', problem: { code: 'TOO_LONG', message: `The line is longer than ${maxLineBytes} bytes` } }
    return decode(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts), number)
  }
}

function decode(bytes: Buffer, number: number): PhysicalLine {
  const content = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes
  const decoded = content.toString('utf8')
  const text = number === 1 && decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded
  if (text.includes('\u0000')) return { number, text, problem: { code: 'NUL_BYTE', message: 'The line holds a NUL byte' } }
  if (text.includes('\uFFFD') && !isUtf8(content)) return { number, text, problem: { code: 'BAD_ENCODING', message: 'The line is not valid UTF-8' } }
  return { number, text, problem: null }
}

function isDamagedArchive(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_')
}
