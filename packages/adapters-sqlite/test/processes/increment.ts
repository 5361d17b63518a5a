import { systemTimers } from '@cartwright/core'
import { SqliteConnections } from '../../src/sqlite-connections.ts'
import { fileSource } from '../../src/sqlite-source.ts'

/** Adds one to the counter many times, by reading it and writing it back, several calls at once. */
const [file = '', times = '0'] = process.argv.slice(2)
const busyDeadlineMs = 30_000
const connections = new SqliteConnections({
  source: fileSource({ file, synchronous: 'OFF', busyDeadlineMs, timers: systemTimers }),
  readers: 1,
  busyDeadlineMs,
  timers: systemTimers,
})

async function increment(): Promise<void> {
  await connections.write(async (connection) => {
    const { rows } = await connection.execute('SELECT value FROM counter', [])
    await Promise.resolve()
    await connection.execute('UPDATE counter SET value = ?', [(rows[0] as { value: number }).value + 1])
  })
}

process.send?.({ type: 'ready' })
process.once('message', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: Number(times) }, increment))
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []))
  await connections.close()
  process.send?.({ type: 'done', errors }, () => process.disconnect())
})
