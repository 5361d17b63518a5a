import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RedisScript } from '../../packages/adapters-redis/src/redis-script.ts'
import { BenchRefusal } from '../bench-refusal.ts'

interface NativeRun {
  readonly url: string
  /** Connections, each of which waits for its answer before it sends again. */
  readonly clients: number
  readonly count: number
  readonly script: RedisScript
  readonly keys: readonly string[]
  readonly values: readonly (string | number)[]
}

/** @throws unless `redis-benchmark` can be run */
export async function requireRedisBenchmark(): Promise<void> {
  try {
    await promisify(execFile)('redis-benchmark', ['--version'])
  } catch (cause) {
    throw new BenchRefusal('redis-benchmark is not installed, and carts are compared with it. On Debian: apt-get install redis-tools', { cause })
  }
}

/** How many calls of a script, which the server knows, `redis-benchmark` makes a second: the same one again and again. */
export async function nativeCallsPerSecond({ url, clients, count, script, keys, values }: NativeRun): Promise<number> {
  const command = ['EVALSHA', script.sha1, keys.length, ...keys, ...values].map(String)
  const { stdout } = await promisify(execFile)('redis-benchmark', ['-u', url, '-c', String(clients), '-n', String(count), '--csv', ...command])
  // The last line is the command, in which quotes are left as they are, then calls a second and six latencies.
  const figure = stdout.trim().match(/"([\d.]+)"(?:,"[\d.]+"){6}$/)?.[1]
  if (figure === undefined) throw new Error(`redis-benchmark answered ${stdout}`)
  return Number(figure)
}
