import { CommerceError } from '@cartwright/core'

/** What a file is, by its name, packed or not. @param instead - what to do when the name does not tell. @throws INVALID_INPUT then */
export function fileKind(file: string, instead: string): 'csv' | 'jsonl' {
  const name = file.toLowerCase().replace(/\.gz$/, '')
  if (name.endsWith('.csv')) return 'csv'
  if (name.endsWith('.jsonl') || name.endsWith('.ndjson')) return 'jsonl'
  const message = `The name "${file}" does not tell what the file is; ${instead}`
  throw new CommerceError('INVALID_INPUT', { message, details: { issues: [{ path: 'format', message }] } })
}
