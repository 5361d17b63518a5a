import { InvalidArgumentError } from 'commander'

/** A database the command line named. */
export type DatabaseUrl =
  | {
      readonly engine: 'sqlite'
      /** A path, or `:memory:`. */
      readonly file: string
    }
  | {
      readonly engine: 'postgres'
      readonly url: string
      /** Whether the server is pgbouncer in transaction mode: `?pgbouncer=true` says so. */
      readonly pgbouncer: boolean
    }

/** Reads `postgres://host/shop`, `sqlite:./shop.db` or a bare path. @throws InvalidArgumentError for engines that this version does not know. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql') return parsePostgres(text)
  const isDriveLetter = /^[a-z]:[\\/]/i.test(text)
  if (scheme !== undefined && scheme !== 'sqlite' && !isDriveLetter)
    throw new InvalidArgumentError(`"${scheme}:" is not supported by this version. Use sqlite:./shop.db or postgres://host/shop.`)
  const file = scheme === 'sqlite' ? text.slice('sqlite:'.length).replace(/^\/\/(?=\/|\.)/, '') : text
  if (file === '') throw new InvalidArgumentError('The path is missing. Write sqlite:./shop.db.')
  return { engine: 'sqlite', file }
}

function parsePostgres(text: string): DatabaseUrl {
  if (!URL.canParse(text)) throw new InvalidArgumentError('This is no address. Write postgres://user@host:5432/shop.')
  const url = new URL(text)
  const pgbouncer = url.searchParams.get('pgbouncer') === 'true'
  url.searchParams.delete('pgbouncer')
  return { engine: 'postgres', url: url.href, pgbouncer }
}
