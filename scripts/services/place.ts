import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Owner } from './owner.ts'

/** Where the servers of one checkout keep their data, settings, logs and ports. */
export interface Place {
  readonly folder: string
  readonly owner: Owner
  /** The port of each server that has had one, by its name. */
  readonly ports: Readonly<Record<string, number>>
}

/** The folder of a checkout. Not in the checkout: that may lie where only root can go, and Postgres does not run as root. */
export function folderOf(checkout: string): string {
  return join('/var/tmp', `cartwright-${createHash('sha256').update(checkout).digest('hex').slice(0, 12)}`)
}

/**
 * Makes the folder, for its owner alone.
 *
 * @throws when somebody else made it first.
 */
export function openPlace(folder: string, owner: Owner): Place {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  owner.own(folder)
  if (statSync(folder).uid !== owner.uid) throw new Error(`${folder} belongs to somebody else`)
  return { folder, owner, ports: readPorts(folder) }
}

/** Gives every name a port: the one it had, as long as nobody else has taken it meanwhile, or a new one. */
export async function assignPorts(place: Place, names: readonly string[], isRunning: (name: string) => boolean): Promise<Place> {
  const ports: Record<string, number> = { ...place.ports }
  for (const name of names) {
    const known = ports[name]
    if (known !== undefined && (isRunning(name) || (await listenOn(known)) === known)) continue
    do ports[name] = await listenOn(0)
    while (Object.entries(ports).some(([other, port]) => other !== name && port === ports[name]))
  }
  writeFileSync(portsFile(place.folder), JSON.stringify(ports))
  return { ...place, ports }
}

/** The port of a server that has been given one. */
export function portOf(place: Place, name: string): number {
  const port = place.ports[name]
  if (port === undefined) throw new Error(`${name} has no port yet`)
  return port
}

const portsFile = (folder: string) => join(folder, 'ports.json')

function readPorts(folder: string): Readonly<Record<string, number>> {
  try {
    return JSON.parse(readFileSync(portsFile(folder), 'utf8'))
  } catch {
    return {}
  }
}

/** The port that could be listened on, on loopback; 0 asks the system for a free one. -1 when it is taken. */
function listenOn(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(-1))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : -1))
    })
  })
}
