import { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { GatheredWrites } from './gathered-writes.ts'
import type { PostgresClient } from './postgres-pool.ts'

/** A stream that tells how many chunks went out in each write. */
function watchedStream() {
  const writes: number[] = []
  const stream = new Writable({
    write: (_chunk, _encoding, done) => {
      writes.push(1)
      done()
    },
    writev: (chunks, done) => {
      writes.push(chunks.length)
      done()
    },
  })
  return { stream, writes }
}

const clientOn = (connection: PostgresClient['connection']) => ({ connection }) as PostgresClient

test('what is sent before anything must be waited for goes out in one write', async () => {
  const { stream, writes } = watchedStream()
  const gathered = new GatheredWrites(clientOn({ stream }))
  gathered.hold()
  stream.write('BEGIN')
  await Promise.resolve()
  gathered.hold()
  stream.write('SELECT')
  expect(writes).toEqual([])
  await nextTurn()
  expect(writes).toEqual([2])
})

test('a later turn is a write of its own', async () => {
  const { stream, writes } = watchedStream()
  const gathered = new GatheredWrites(clientOn({ stream }))
  for (const statement of ['one', 'two']) {
    gathered.hold()
    stream.write(statement)
    await nextTurn()
  }
  expect(writes).toEqual([1, 1])
})

test('two that hold the same stream let go of it both', async () => {
  const { stream, writes } = watchedStream()
  for (const statement of ['the end of one transaction', 'the beginning of the next']) {
    new GatheredWrites(clientOn({ stream })).hold()
    stream.write(statement)
  }
  await nextTurn()
  expect(writes).toEqual([2])
})

test('a client without such a stream sends as it does', async () => {
  const { stream, writes } = watchedStream()
  for (const connection of [undefined, {}, { stream: {} }]) new GatheredWrites(clientOn(connection)).hold()
  stream.write('SELECT')
  expect(writes).toEqual([1])
})
