import { basename } from 'node:path'
import { isTest } from './package-rules.ts'
import type { SourceFile } from './source-file.ts'

/** What no file may say, and why. Patterns are spelled so that they do not match themselves. */
const forbiddenWords: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /(?<![\w.~*-])\/(?:home|root|work|Users)\/[\w.-]+/, reason: 'a path of one machine' },
  { pattern: /registry\.(?:npmjs|yarnpkg)|"resolved": "https?:/, reason: "a package registry's host" },
]

const forbiddenInSource: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /\b(?:TO)DO\b|\bFIX(?:ME)\b/, reason: 'unfinished work' },
  { pattern: /biome-(?:ignore)|eslint-(?:disable)|@ts-(?:ignore|nocheck)|(?:v8|c8|istanbul) (?:ignore)/, reason: 'a check switched off for one place' },
]

/** How long a source file may get, in lines. "About 300" is the rule; this is where it ends. */
const maxLines = 330

/** Longer files, and why. */
const longFiles: Readonly<Record<string, string>> = {
  'packages/storage-sql/src/migrations/0001-first-shop.ts': 'one migration is one file, and never changes once released',
}

export function checkText(path: string, text: string): readonly string[] {
  const rules = path.endsWith('.ts') ? [...forbiddenWords, ...forbiddenInSource] : forbiddenWords
  return rules.flatMap(({ pattern, reason }) => {
    const found = pattern.exec(text)
    if (found === null) return []
    return [`line ${text.slice(0, found.index).split('\n').length}: ${reason} (${found[0]})`]
  })
}

/** Names that say nothing about what is inside. */
export function checkFileName(path: string): readonly string[] {
  const name = basename(path, '.ts')
  if (!/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(name)) return ['file names are kebab-case']
  return /(?:^|[-.])(?:utils?|helpers?|common|manager|misc)(?:[-.]|$)/.test(name) ? ['a file is named after what is inside it'] : []
}

export function checkLength({ path, text }: Pick<SourceFile, 'path' | 'text'>): readonly string[] {
  const lines = text.split('\n').length - 1
  return lines <= maxLines || path in longFiles || isTest(path) ? [] : [`has ${lines} lines; ${maxLines} is the most`]
}

/** The names of columns and tables that no other word could be: those with an underscore in storage-sql's table types. */
export function columnNames(tables: SourceFile): ReadonlySet<string> {
  return new Set([...tables.identifiers].filter((name) => name.includes('_')))
}

/** What speaks Stripe's language, in which some names are those of columns too. */
const speaksStripe = /^packages\/(?:payments-stripe|testing\/src\/fake-stripe)\//

/** Columns are known to storage-sql only. */
export function checkColumns(file: SourceFile, columns: ReadonlySet<string>): readonly string[] {
  const exempt = file.path.startsWith('packages/storage-sql/') || speaksStripe.test(file.path)
  if (exempt || isTest(file.path) || !file.path.startsWith('packages/')) return []
  return [...file.identifiers].filter((name) => columns.has(name)).map((name) => `names the column ${name}: snake_case lives inside storage-sql`)
}
