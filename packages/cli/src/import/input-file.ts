import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CommerceError } from '@cartwright/core'

/** A file to import, opened for one reading. */
export interface InputFile {
  /** The content, unpacked if the file is a gzip archive, whatever its name. */
  readonly bytes: AsyncIterable<Buffer>
  /** Size on disk. */
  readonly totalBytes: number
  /** How many bytes have been read from disk so far. */
  readonly bytesRead: () => number
}

/** Looks at the file and prepares to stream it. @throws INVALID_INPUT when it is missing, a directory, or in UTF-16. */
export async function openInputFile(path: string): Promise<InputFile> {
  const { size, head } = await inspect(path)
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) throw unusable(path, 'The file is in UTF-16; save it as UTF-8')
  let read = 0
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      read += chunk.length
      done(null, chunk)
    },
  })
  const file = createReadStream(path)
  const packed = head[0] === 0x1f && head[1] === 0x8b
  // The reader of the last stream sees the error of any of them; nothing is left to do in the callback.
  const bytes = packed ? pipeline(file, counter, createGunzip(), () => undefined) : pipeline(file, counter, () => undefined)
  return { bytes: bytes as AsyncIterable<Buffer>, totalBytes: size, bytesRead: () => read }
}

async function inspect(path: string): Promise<{ size: number; head: Buffer }> {
  let handle: Awaited<ReturnType<typeof open>>
  try {
    handle = await open(path, 'r')
  } catch (error) {
    throw unusable(path, `The file cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw unusable(path, 'This is not a file')
    const head = Buffer.alloc(2)
    await handle.read(head, 0, 2, 0)
    return { size: stat.size, head }
  } finally {
    await handle.close()
  }
}

function unusable(path: string, message: string): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message: `${path}: ${message}`, details: { issues: [{ path: 'file', message }] } })
}
