import { readFile } from 'node:fs/promises'
import { CommerceError } from '@cartwright/core'
import * as z from 'zod'

const text = z.string().min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()])

/** Where in a row a value comes from, and what is done to it on the way. */
export interface Source {
  /** A column, or a field of a JSON object; `a.b` reaches into nested objects. */
  readonly field?: string | undefined
  readonly constant?: string | number | boolean | undefined
  /** Text with fields in braces: `{brand} {name}`. */
  readonly template?: string | undefined
  /** Values that count as missing. */
  readonly ignore?: readonly string[] | undefined
  /** Cuts a text into several at this separator. */
  readonly split?: string | undefined
  /** Keeps the first group of this regular expression, or all that it matches; what does not match is missing. */
  readonly pattern?: string | undefined
  /** Replaces values; one that it does not name is an error. */
  readonly map?: Readonly<Record<string, string>> | undefined
  /** Makes lower-case letters, digits and hyphens of it. */
  readonly slug?: boolean | undefined
  /** Appends a hyphen and a short hash of these fields. */
  readonly suffix?: readonly string[] | undefined
  /** What to take when nothing is left. */
  readonly default?: string | number | boolean | undefined
}

/** Exactly one of `field`, `constant` and `template`; a bare string is short for `{ "field": … }`. */
const sourceInput = z
  .union([
    text,
    z.strictObject({
      field: text.optional(),
      constant: scalar.optional(),
      template: text.optional(),
      ignore: z.array(z.string()).optional(),
      pattern: text.refine(isPattern, { message: 'must be a regular expression' }).optional(),
      split: text.optional(),
      map: z.record(z.string(), z.string()).optional(),
      slug: z.boolean().optional(),
      suffix: z.array(text).min(1).optional(),
      default: scalar.optional(),
    }),
  ])
  .transform((value): Source => (typeof value === 'string' ? { field: value } : value))
  .refine((source) => [source.field, source.constant, source.template].filter((part) => part !== undefined).length === 1, {
    message: 'must have exactly one of "field", "constant" and "template"',
  })

/** A test of one field of a row. */
const conditionInput = z
  .strictObject({ field: text, is: z.array(z.string()).optional(), isNot: z.array(z.string()).optional(), blank: z.boolean().optional() })
  .refine(({ is, isNot, blank }) => [is, isNot, blank].filter((part) => part !== undefined).length === 1, {
    message: 'must have exactly one of "is", "isNot" and "blank"',
  })

const attributeType = z.enum(['text', 'number', 'boolean'])
const attributeInput = z.union([
  z.strictObject({ name: text, value: sourceInput, type: attributeType.default('text') }),
  z.strictObject({ prefix: text, type: attributeType.default('text') }),
])

const imageInput = z.union([
  z.strictObject({ url: sourceInput, alt: sourceInput.optional() }),
  sourceInput.transform((url): { url: Source; alt?: Source | undefined } => ({ url })),
])

const productInput = z.strictObject({
  handle: sourceInput,
  title: sourceInput,
  description: sourceInput.optional(),
  vendor: sourceInput.optional(),
  status: sourceInput.optional(),
  taxCategory: sourceInput.optional(),
  categories: z.array(z.strictObject({ path: z.union([sourceInput.transform((part) => [part]), z.array(sourceInput).min(1)]) })).default([]),
  attributes: z.array(attributeInput).default([]),
  images: z.array(imageInput).default([]),
})

const priceInput = z.strictObject({
  amount: sourceInput,
  unit: z.enum(['decimal', 'minor']).default('decimal'),
  currency: sourceInput.optional(),
  compareAt: sourceInput.optional(),
})

const variantInput = z.strictObject({
  sku: sourceInput,
  barcode: sourceInput.optional(),
  options: z
    .array(z.strictObject({ name: sourceInput, value: sourceInput }))
    .max(10)
    .default([]),
  prices: z.array(priceInput).min(1),
  stock: z.array(z.strictObject({ quantity: sourceInput, location: sourceInput.optional() })).default([]),
  stockTracked: sourceInput.optional(),
  backorder: sourceInput.optional(),
  backorderLimit: sourceInput.optional(),
  availableFrom: sourceInput.optional(),
  restockDate: sourceInput.optional(),
  weight: z.strictObject({ amount: sourceInput, unit: sourceInput }).optional(),
})

const groupInput = z.strictObject({
  by: text,
  rows: z.enum(['adjacent', 'anywhere']).default('adjacent'),
  master: conditionInput.optional(),
  mergeVariants: z.boolean().default(false),
})

/** A map file: says which columns or fields of a CSV or JSONL file become which fields of the import record. docs/importing.md explains each. */
const importMapInput = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().optional(),
  format: z.enum(['csv', 'jsonl']),
  delimiter: z.string().length(1).default(','),
  skip: z.array(conditionInput).default([]),
  group: groupInput.optional(),
  product: productInput,
  variant: variantInput,
})

export type ImportMap = z.output<typeof importMapInput>
export type Condition = z.output<typeof conditionInput>

/** Reads and checks a map file. @throws INVALID_INPUT naming each fault in it. */
export async function loadImportMap(path: string): Promise<ImportMap> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw badMap(`The map file ${path} cannot be read: ${(error as Error).message}`, [])
  }
  return parseImportMap(content, path)
}

export function parseImportMap(content: unknown, name: string): ImportMap {
  const parsed = importMapInput.safeParse(content)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.') || 'map', message: issue.message }))
  throw badMap(`The map file ${name} is not valid: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')}`, issues)
}

/** Every field the map names outright, for a look at a CSV header before reading on. */
export function namedFields(map: ImportMap): ReadonlySet<string> {
  const fields = new Set<string>(map.group === undefined ? [] : [map.group.by])
  collectFields([map.skip, map.group?.master, map.product, map.variant], fields)
  return fields
}

function collectFields(node: unknown, fields: Set<string>): void {
  if (typeof node !== 'object' || node === null) return
  for (const [key, value] of Object.entries(node)) {
    if (key === 'field' && typeof value === 'string') fields.add(value)
    else if (key === 'template' && typeof value === 'string') for (const name of templateFields(value)) fields.add(name)
    else if (key === 'suffix' && Array.isArray(value)) for (const name of value) fields.add(String(name))
    else if (key !== 'map') collectFields(value, fields)
  }
}

/** The names between braces: `{brand} {name}` → `brand`, `name`. */
function templateFields(template: string): string[] {
  return [...template.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] as string)
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

function badMap(message: string, issues: readonly { path: string; message: string }[]): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message, details: { issues } })
}
