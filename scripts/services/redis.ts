import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathOf, systemProgram } from './debian.ts'
import { type Place, portOf } from './place.ts'
import type { Service } from './service.ts'

const server = systemProgram('redis-server', '/usr/bin/redis-server')
const cli = systemProgram('redis-tools', '/usr/bin/redis-cli')
const programs = [server, cli]

/** What the Sentinel calls the primary and its replica. */
const group = 'cartwright'

/** Keys are kept on disk, written once a second, and none is evicted. */
const settings = ['--bind', '127.0.0.1', '--protected-mode', 'no', '--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction']

/** The Redis that everything is written to. */
export const redis: Service = {
  name: 'redis',
  programs,
  stopSignal: 'SIGTERM',
  prepare: (place) => makeFolder(place, 'redis'),
  command: (place) => redisCommand(place, 'redis'),
  isReady: (place) => ask(place, 'redis', 'PING') === 'PONG',
  variables: (place) => ({ CARTWRIGHT_REDIS_URL: urlOf(place, 'redis') }),
}

/** A copy of it, which takes its place when it fails. */
export const redisReplica: Service = {
  name: 'redis-replica',
  programs,
  stopSignal: 'SIGTERM',
  prepare: (place) => makeFolder(place, 'redis-replica'),
  command: (place) => redisCommand(place, 'redis-replica', '--replicaof', '127.0.0.1', String(portOf(place, 'redis'))),
  isReady: (place) => ask(place, 'redis-replica', 'INFO', 'replication').includes('master_link_status:up'),
  variables: () => ({}),
}

/** Watches both, and names the one to write to. */
export const redisSentinel: Service = {
  name: 'redis-sentinel',
  programs,
  stopSignal: 'SIGTERM',
  prepare: (place) => {
    const folder = makeFolder(place, 'redis-sentinel')
    const lines = [
      `port ${portOf(place, 'redis-sentinel')}`,
      'bind 127.0.0.1',
      'protected-mode no',
      `sentinel monitor ${group} 127.0.0.1 ${portOf(place, 'redis')} 1`,
      `sentinel down-after-milliseconds ${group} 1000`,
      `sentinel failover-timeout ${group} 5000`,
    ]
    // It writes what it learns into this file, so it is made anew with each start.
    const path = join(folder, 'sentinel.conf')
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 })
    place.owner.own(path)
  },
  command: (place) => [pathOf(server), join(place.folder, 'redis-sentinel', 'sentinel.conf'), '--sentinel'],
  isReady: (place) => /num-slaves\n1\n/.test(ask(place, 'redis-sentinel', 'SENTINEL', 'MASTER', group)),
  variables: (place) => ({ CARTWRIGHT_REDIS_SENTINEL_URL: urlOf(place, 'redis-sentinel', group) }),
}

const nodes = ['redis-cluster-1', 'redis-cluster-2', 'redis-cluster-3'] as const
const lastNode = nodes[2]

/** Three primaries that share the keys among them. */
export const redisCluster: readonly Service[] = nodes.map((name) => ({
  name,
  programs,
  morePorts: [busOf(name)],
  stopSignal: 'SIGTERM',
  // Nodes remember each other's ports, those between them too, so other ports are another cluster.
  prepare: (place) => makeFolder(place, clusterFolder(place, name)),
  command: (place) => {
    const bus = ['--cluster-port', String(portOf(place, busOf(name)))]
    const cluster = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', ...bus]
    return [pathOf(server), '--port', String(portOf(place, name)), '--dir', join(place.folder, clusterFolder(place, name)), ...settings, ...cluster]
  },
  isReady: (place) => (name === lastNode ? isWhole(place) : ask(place, name, 'PING') === 'PONG'),
  ...(name === lastNode ? { complete: joinNodes } : {}),
  variables: (place) => (name === lastNode ? { CARTWRIGHT_REDIS_CLUSTER_URL: urlOf(place, nodes[0]) } : {}),
}))

/** Whether every node answers and every key has its place. */
function isWhole(place: Place): boolean {
  return nodes.every((name) => ask(place, name, 'CLUSTER', 'INFO').includes('cluster_state:ok'))
}

/** Makes a cluster of the nodes, unless they are one already. */
function joinNodes(place: Place): void {
  if (!ask(place, lastNode, 'CLUSTER', 'INFO').includes('cluster_known_nodes:1')) return
  const addresses = nodes.map((name) => `127.0.0.1:${portOf(place, name)}`)
  execFileSync(pathOf(cli), ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

function busOf(name: string): string {
  return `${name}-bus`
}

function clusterFolder(place: Place, name: string): string {
  return `${name}-${nodes.flatMap((node) => [portOf(place, node), portOf(place, busOf(node))]).join('-')}`
}

function makeFolder({ folder, owner }: Place, name: string): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true, mode: 0o700 })
  owner.own(path)
  return path
}

function redisCommand(place: Place, name: string, ...more: readonly string[]): readonly string[] {
  return [pathOf(server), '--port', String(portOf(place, name)), '--dir', join(place.folder, name), ...settings, ...more]
}

function urlOf(place: Place, name: string, path = '0'): string {
  return `redis://127.0.0.1:${portOf(place, name)}/${path}`
}

/** What the server answers; nothing while it does not. */
function ask(place: Place, name: string, ...command: readonly string[]): string {
  try {
    return execFileSync(pathOf(cli), ['-p', String(portOf(place, name)), ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .replaceAll('\r', '')
      .trim()
  } catch {
    return ''
  }
}
