/**
 * Runs the servers that `npm run test:services` needs, on loopback, natively on Debian: Postgres, a streaming replica and pgbouncer,
 * and Redis: a primary, its replica and a Sentinel, and a cluster of three. Installs what is missing when run as root. Their addresses go to `.services.env`.
 *
 * Usage: node scripts/services.ts [start | stop | remove | status]; `stop` keeps the data, `remove` does not.
 */
import { join } from 'node:path'
import { showServices, startServices, stopServices } from './services/run-services.ts'

const checkout = join(import.meta.dirname, '..')
const [command = 'start'] = process.argv.slice(2)

switch (command) {
  case 'start':
    await startServices(checkout)
    showServices(checkout)
    break
  case 'stop':
    await stopServices(checkout, { andRemove: false })
    break
  case 'remove':
    await stopServices(checkout, { andRemove: true })
    break
  case 'status':
    if (!showServices(checkout)) process.exitCode = 1
    break
  default:
    console.error(`There is no \`${command}\`: use start, stop, remove or status.`)
    process.exitCode = 2
}
