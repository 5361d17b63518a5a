import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { isRunning, signalDaemon, stopDaemon } from '../../scripts/services/daemon.ts'
import { findOwner } from '../../scripts/services/owner.ts'
import { assignPorts, folderOf, openPlace, type Place } from '../../scripts/services/place.ts'
import { startService } from '../../scripts/services/run-services.ts'
import type { Service } from '../../scripts/services/service.ts'

/** Where the servers of one test live. They end, at the latest, with the process that made them. */
export interface OwnPlace {
  /** Ports and folder, of the servers started so far. */
  readonly place: Place
  /** Starts a server and waits until it answers. */
  start(service: Service): Promise<void>
  /** Ends them all at once and removes their data. */
  remove(): Promise<void>
}

export function ownPlace(): OwnPlace {
  let place: Place = openPlace(folderOf(`own servers ${randomBytes(8).toString('hex')}`), findOwner())
  const services: Service[] = []
  const killAll = () => {
    for (const { name } of services) signalDaemon(place, name, 'SIGQUIT')
  }
  process.once('exit', killAll)
  return {
    get place() {
      return place
    },
    start: async (service) => {
      place = await assignPorts(place, [service.name], (name) => isRunning(place, name))
      services.push(service)
      await startService(place, service)
    },
    remove: async () => {
      for (const { name } of services.toReversed()) await stopDaemon(place, name, 'SIGQUIT')
      process.off('exit', killAll)
      rmSync(place.folder, { recursive: true, force: true })
    },
  }
}
