/**
 * Preloaded into a process, ends it with SIGKILL, without any clean-up, when it is about to send Postgres its n-th statement; `DIE_AT_STATEMENT` says which, counted from 1.
 */
import { Client } from 'pg'

const last = Number(process.env.DIE_AT_STATEMENT)
const { query } = Client.prototype
let sent = 0

Client.prototype.query = function (this: Client, ...args: unknown[]) {
  sent += 1
  if (sent === last) process.kill(process.pid, 'SIGKILL')
  return Reflect.apply(query, this, args)
} as typeof query
