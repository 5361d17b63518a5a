import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf, systemProgram } from './debian.ts'
import { portOf } from './place.ts'
import { answers, urlOf } from './postgres.ts'
import type { Service } from './service.ts'

const program = systemProgram('pgbouncer', '/usr/sbin/pgbouncer')

/** A pool in front of the primary that lends a connection for one transaction at a time. */
export const pgbouncer: Service = {
  name: 'pgbouncer',
  programs: [program],
  stopSignal: 'SIGTERM',
  prepare: (place) => {
    const path = join(place.folder, 'pgbouncer.ini')
    const lines = [
      '[databases]',
      `* = host=127.0.0.1 port=${portOf(place, 'postgres')} user=cartwright`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${portOf(place, 'pgbouncer')}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      'max_client_conn = 1000',
      'default_pool_size = 20',
      'server_idle_timeout = 10',
    ]
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
    place.owner.own(path)
  },
  command: (place) => [pathOf(program), '--quiet', join(place.folder, 'pgbouncer.ini')],
  isReady: (place) => answers(place, 'pgbouncer', 'SELECT true'),
  variables: (place) => ({ CARTWRIGHT_PGBOUNCER_URL: urlOf(place, 'pgbouncer') }),
}
