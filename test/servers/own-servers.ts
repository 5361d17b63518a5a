import { stopDaemon } from '../../scripts/services/daemon.ts'
import { answers, primaryService, replicaService, urlOf } from '../../scripts/services/postgres.ts'
import { startService } from '../../scripts/services/run-services.ts'
import type { Service } from '../../scripts/services/service.ts'
import { ownPlace } from './own-place.ts'

/** A Postgres that belongs to one test, which may stop, break and configure it. */
export interface OwnServer {
  /** Of its database `postgres`; stays the same when it is stopped and started. */
  readonly url: string
  /** Starts it again as it was when it stopped, and waits until it answers: crash recovery included. */
  start(): Promise<void>
  /** As a crash of the machine would: every connection breaks, nothing is tidied up. */
  stopImmediately(): Promise<void>
  /** Ends every connection in order, and writes everything. */
  stop(): Promise<void>
  /** Makes a replica a primary, which takes writes when this returns. */
  promote(): void
}

/** Servers of one test: a primary, and replicas that follow it. */
export interface OwnServers {
  readonly primary: OwnServer
  /**
   * Adds a replica, which streams when this resolves.
   *
   * @param name - what the primary calls it, in `synchronous_standby_names` for one.
   * @param settings - e.g. `recovery_min_apply_delay=30s`
   */
  addReplica(name: string, settings?: readonly string[]): Promise<OwnServer>
  /** Ends them all and removes their data. */
  remove(): Promise<void>
}

/**
 * Starts a primary with an empty database. It and its replicas write durably and end, at the latest, with the process that made them.
 *
 * @param settings - of the primary, e.g. `synchronous_standby_names=one`
 */
export async function ownServers(settings: readonly string[] = []): Promise<OwnServers> {
  const own = ownPlace()
  const add = async (service: Service): Promise<OwnServer> => {
    await own.start(service)
    return {
      url: urlOf(own.place, service.name),
      start: () => startService(own.place, service),
      stopImmediately: async () => void (await stopDaemon(own.place, service.name, 'SIGQUIT')),
      stop: async () => void (await stopDaemon(own.place, service.name, service.stopSignal)),
      promote: () => {
        if (!answers(own.place, service.name, 'SELECT pg_promote()')) throw new Error(`${service.name} cannot be promoted`)
      },
    }
  }
  return {
    primary: await add(primaryService(settings)),
    addReplica: (name, more = []) => add(replicaService(name, more)),
    remove: () => own.remove(),
  }
}
