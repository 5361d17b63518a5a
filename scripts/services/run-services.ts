import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, startDaemon, stopDaemon } from './daemon.ts'
import { installMissing } from './debian.ts'
import { findOwner } from './owner.ts'
import { pgbouncer } from './pgbouncer.ts'
import { assignPorts, folderOf, openPlace, type Place } from './place.ts'
import { primaryService, replicaService } from './postgres.ts'
import { redis, redisCluster, redisReplica, redisSentinel } from './redis.ts'
import type { Service } from './service.ts'

const startDeadlineMs = 60_000

/** In the order of their start: each may need those before it. */
const services: readonly Service[] = [primaryService(), replicaService('postgres-replica'), pgbouncer, redis, redisReplica, redisSentinel, ...redisCluster]

/** Starts what does not run yet, waits until all of it answers, and writes `.services.env` into the checkout. */
export async function startServices(checkout: string): Promise<void> {
  installMissing(services.flatMap(({ programs }) => programs))
  const opened = openPlace(folderOf(checkout), findOwner())
  const names = services.flatMap(({ name, morePorts = [] }) => [name, ...morePorts])
  const place = await assignPorts(opened, names, (name) => isRunning(opened, name))
  for (const service of services) await startService(place, service)
  const variables = services.flatMap((service) => Object.entries(service.variables(place)))
  writeFileSync(join(checkout, '.services.env'), variables.map(([name, value]) => `${name}=${value}\n`).join(''))
}

/** Ends what `startServices` started, last first, and keeps its data unless `andRemove`. */
export async function stopServices(checkout: string, { andRemove }: { readonly andRemove: boolean }): Promise<void> {
  const folder = folderOf(checkout)
  for (const { name, stopSignal } of services.toReversed()) {
    if (await stopDaemon({ folder }, name, stopSignal)) console.log(`${name} has ended.`)
  }
  rmSync(join(checkout, '.services.env'), { force: true })
  if (andRemove) rmSync(folder, { recursive: true, force: true })
}

/** Prints what runs and where. @returns whether all of it answers. */
export function showServices(checkout: string): boolean {
  const folder = folderOf(checkout)
  if (!services.some(({ name }) => isRunning({ folder }, name))) {
    console.log('Nothing runs. `npm run services` starts it.')
    return false
  }
  const place = openPlace(folder, findOwner())
  const ready = services.map((service) => {
    const state = !isRunning(place, service.name) ? 'stopped' : service.isReady(place) ? 'ready' : 'does not answer'
    console.log(`${service.name.padEnd(18)} ${state.padEnd(16)} 127.0.0.1:${place.ports[service.name] ?? '-'}`)
    return state === 'ready'
  })
  return !ready.includes(false)
}

/** Starts a server unless it runs, and waits until it answers. @throws when it ends by itself, or does not answer within a minute */
export async function startService(place: Place, service: Service): Promise<void> {
  if (!isRunning(place, service.name)) {
    service.prepare(place)
    startDaemon(place, service.name, service.command(place))
  }
  for (const since = performance.now(); !service.isReady(place); await sleep(50)) {
    service.complete?.(place)
    const log = join(place.folder, `${service.name}.log`)
    if (!isRunning(place, service.name)) throw new Error(`${service.name} has ended by itself; see ${log}`)
    if (performance.now() - since > startDeadlineMs) throw new Error(`${service.name} does not answer; see ${log}`)
  }
}
