import type { RedisConnection } from '../redis-connection.ts'

/** Keys in one command, so that a large answer does not hold up everybody else. */
const askedAtOnce = 32

interface Asked {
  readonly key: string
  readonly resolve: (text: string | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Reads texts one by one for many callers for less than as many calls would cost: those asked for before anything else is let in travel in one command, under one
 * deadline, and count as one call for the breaker. On a Cluster each key is asked for by itself, since they may lie on different nodes.
 *
 * @returns what reads a key; undefined when nothing is kept under it. Rejects with DEPENDENCY_UNAVAILABLE.
 */
export function gatheredGets(redis: RedisConnection): (key: string) => Promise<string | undefined> {
  if (redis.sharded) return async (key) => ((await redis.call('get', [key])) as string | null) ?? undefined
  let waiting: Asked[] = []
  const send = async (asked: readonly Asked[]) => {
    const keys = asked.map(({ key }) => key)
    try {
      const texts = (await redis.call('mget', keys)) as readonly (string | null)[]
      for (const [index, { resolve }] of asked.entries()) resolve(texts[index] ?? undefined)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
  const sendAll = () => {
    const asked = waiting
    waiting = []
    for (let from = 0; from < asked.length; from += askedAtOnce) void send(asked.slice(from, from + askedAtOnce))
  }
  return (key) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ key, resolve, reject }) === 1) process.nextTick(sendAll)
    })
}
