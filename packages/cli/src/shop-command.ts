import { type Command, InvalidArgumentError } from 'commander'
import { parseDatabaseUrl } from './database-url.ts'

/** Says what the process is to exit with. */
export type SetExitCode = (code: number) => void

/** A command on a shop: with the options that say which one, and how to print. */
export function shopCommand(parent: Command, name: string): Command {
  return parent
    .command(name)
    .option('--db <database>', 'postgres://host/shop, sqlite:./shop.db, or a path', parseDatabaseUrl)
    .option('--config <file>', 'configuration file (default: cartwright.config.ts, if there is one)')
    .option('--json', 'print one JSON value')
}

/** Reads an option that must be a whole number in a range. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
