import { plainBoolean, shortened } from './cell-values.ts'
import type { ImportMap } from './import-map.ts'
import { fieldTexts, sourceName, sourceTexts } from './map-source.ts'
import type { Problem, SourceRow } from './rejection.ts'

type AttributeValue = string | number | boolean
type AttributeType = 'text' | 'number' | 'boolean'
type Reject = (column: string | null, problem: Problem) => void

/**
 * The attributes of a product's row. Blank ones are left out. Where two rules give one name, such as `attr_n_height` and `attr_b_height` without
 * their prefixes, the first keeps it and the other goes by its whole column name: nothing is lost.
 */
export function mappedAttributes(rules: ImportMap['product']['attributes'], row: SourceRow, reject: Reject): Record<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>()
  const add = (name: string, fallbackName: string, texts: readonly string[], type: AttributeType): void => {
    if (texts.length === 0) return
    const value = typedValue(texts.join(', '), type)
    if (typeof value === 'object') reject(fallbackName, value)
    else attributes.set(attributes.has(name) ? fallbackName : name, value)
  }
  for (const rule of rules) {
    if ('prefix' in rule) {
      const columns = Object.keys(row.values).filter((column) => column.startsWith(rule.prefix) && column.length > rule.prefix.length)
      for (const column of columns) add(column.slice(rule.prefix.length), column, fieldTexts(row, column), rule.type)
    } else {
      const found = sourceTexts(rule.value, row)
      const column = sourceName(rule.value) ?? rule.name
      if ('problem' in found) reject(column, found.problem)
      else add(rule.name, column, found.values, rule.type)
    }
  }
  return Object.fromEntries(attributes)
}

function typedValue(text: string, type: AttributeType): AttributeValue | Problem {
  if (type === 'text') return text
  if (type === 'boolean') return plainBoolean(text) ?? { code: 'INVALID_BOOLEAN', message: `"${shortened(text)}" is neither true nor false` }
  const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text))
  return isNumber ? Number(text) : { code: 'INVALID_NUMBER', message: `"${shortened(text)}" is no number` }
}
