import { InvalidArgumentError } from 'commander'

/** A database the command line named. */
export interface DatabaseUrl {
  readonly engine: 'sqlite'
  /** A path, or `:memory:`. */
  readonly file: string
}

/** Reads `sqlite:./shop.db` or a bare path. @throws InvalidArgumentError for engines that this version does not know. */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase()
  if (scheme === 'postgres' || scheme === 'postgresql') {
    throw new InvalidArgumentError('Postgres is not supported by this version. Use sqlite:./shop.db.')
  }
  const isDriveLetter = /^[a-z]:[\\/]/i.test(text)
  if (scheme !== undefined && scheme !== 'sqlite' && !isDriveLetter)
    throw new InvalidArgumentError(`"${scheme}:" is not supported by this version. Use sqlite:./shop.db.`)
  const file = scheme === 'sqlite' ? text.slice('sqlite:'.length).replace(/^\/\/(?=\/|\.)/, '') : text
  if (file === '') throw new InvalidArgumentError('The path is missing. Write sqlite:./shop.db.')
  return { engine: 'sqlite', file }
}
