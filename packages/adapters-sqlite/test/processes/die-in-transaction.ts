import { systemTimers } from '@cartwright/core'
import { SqliteConnections } from '../../src/sqlite-connections.ts'
import { fileSource } from '../../src/sqlite-source.ts'

/** Writes a row, leaves the transaction open and waits to be killed. */
const [file = ''] = process.argv.slice(2)
const connections = new SqliteConnections({
  source: fileSource({ file, synchronous: 'FULL', busyDeadlineMs: 1000, timers: systemTimers }),
  readers: 1,
  busyDeadlineMs: 1000,
  timers: systemTimers,
})
await connections.write(async (connection) => await connection.execute("INSERT INTO notes VALUES ('committed')", []))
await connections.write(async (connection) => {
  await connection.execute("INSERT INTO notes VALUES ('lost')", [])
  process.send?.({ type: 'ready' })
  await new Promise((resolve) => process.once('message', resolve))
})
