import Database from 'better-sqlite3'

/** Takes the write lock of a file and keeps it until it is told to let go. */
const [file = ''] = process.argv.slice(2)
const database = new Database(file)
database.exec('BEGIN IMMEDIATE')
process.send?.({ type: 'ready' })
process.once('message', () => {
  database.exec('COMMIT')
  database.close()
  process.disconnect()
})
