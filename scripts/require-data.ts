import { existsSync } from 'node:fs'

/** Stops a run of the data tests that has no data. */
export function setup(): void {
  const folder = process.env.CARTWRIGHT_DATA
  if (folder === undefined || folder === '') throw new Error('CARTWRIGHT_DATA is not set: it names the folder with the data sets that these tests read.')
  if (!existsSync(folder)) throw new Error('CARTWRIGHT_DATA names a folder that does not exist.')
}
