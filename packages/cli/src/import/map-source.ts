import type { Condition, Source } from './import-map.ts'
import { shortHash, slug } from './made-keys.ts'
import type { Problem, SourceRow } from './rejection.ts'

/** A field of the row as texts: none when it is blank or missing, several when it is a list. */
export function fieldTexts(row: SourceRow, field: string): string[] {
  return texts(lookUp(row.values, field))
}

/** A column of that very name, else a way into nested objects: `custom.color`. */
function lookUp(values: Readonly<Record<string, unknown>>, field: string): unknown {
  if (Object.hasOwn(values, field)) return values[field]
  let node: unknown = values
  for (const key of field.split('.')) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined
    node = (node as Record<string, unknown>)[key]
  }
  return node
}

function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(texts)
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)]
  return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []
}

/** The values of a source in a row, or why there are none although the row has some. Steps are taken in the order of docs/importing.md. */
export function sourceTexts(rule: Source, row: SourceRow): { readonly values: readonly string[] } | { readonly problem: Problem } {
  let values = origin(rule, row).filter((value) => !(rule.ignore ?? []).includes(value))
  if (rule.split !== undefined) values = values.flatMap((value) => texts(value.split(rule.split as string)))
  if (rule.pattern !== undefined) values = matches(values, rule.pattern)
  if (rule.map !== undefined) {
    const unknown = values.find((value) => !Object.hasOwn(rule.map as object, value))
    if (unknown !== undefined) return { problem: { code: 'UNKNOWN_VALUE', message: `The map has no entry for "${unknown}"` } }
    values = values.map((value) => rule.map?.[value] as string)
  }
  if (rule.slug === true) values = values.map(slug).filter((value) => value !== '')
  if (rule.suffix !== undefined) {
    const hash = shortHash(rule.suffix.map((field) => fieldTexts(row, field).join('\u0000')))
    values = values.length === 0 ? [hash] : values.map((value) => `${value}-${hash}`)
  }
  if (values.length === 0 && rule.default !== undefined) values = [String(rule.default)]
  return { values }
}

/** The same for a source that means one value: the first. */
export function sourceText(source: Source, row: SourceRow): { readonly value: string | undefined } | { readonly problem: Problem } {
  const found = sourceTexts(source, row)
  return 'problem' in found ? found : { value: found.values[0] }
}

/** Whether the row passes the test. */
export function holds(condition: Condition, row: SourceRow): boolean {
  const values = fieldTexts(row, condition.field)
  if (condition.blank !== undefined) return (values.length === 0) === condition.blank
  if (condition.is !== undefined) return values.some((value) => condition.is?.includes(value) === true)
  return values.every((value) => condition.isNot?.includes(value) !== true)
}

/** What the source is called in messages: its field, or its template. */
export function sourceName(source: Source): string | null {
  return source.field ?? source.template ?? null
}

function origin(rule: Source, row: SourceRow): string[] {
  if (rule.field !== undefined) return fieldTexts(row, rule.field)
  if (rule.constant !== undefined) return [String(rule.constant)]
  return texts(rule.template?.replace(/\{([^{}]+)\}/g, (_whole, field: string) => fieldTexts(row, field).join(' ')))
}

/** The first group of the pattern where it has one, else all that it matches; values that do not match are left out. */
function matches(values: readonly string[], pattern: string): string[] {
  const expression = new RegExp(pattern, 'u')
  return values.flatMap((value) => {
    const match = expression.exec(value)
    return match === null ? [] : texts(match[1] ?? match[0])
  })
}
