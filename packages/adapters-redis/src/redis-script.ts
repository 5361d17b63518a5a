import { createHash } from 'node:crypto'

/** A Lua script whose text never changes: what it works on comes in KEYS and ARGV. */
export interface RedisScript {
  /** In spans and metrics. */
  readonly name: string
  readonly lua: string
  /** What the server calls it, once it has seen it. */
  readonly sha1: string
}

/** @param lua - the whole script; all its keys come in KEYS and share one hash tag, so that they lie on one node of a Cluster. */
export function redisScript(name: string, lua: string): RedisScript {
  return { name, lua, sha1: createHash('sha1').update(lua).digest('hex') }
}
