import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'

/** The part of an OpenAPI 3.0 description that is read. */
export interface OpenApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

export interface DescribedOperation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: unknown }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: unknown }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>>
}

/** What the fake puts in place of an id; any other object is never expanded, so its schema is left out. */
const expandable: ReadonlySet<string> = new Set(
  ['balance_transaction', 'charge', 'customer', 'deleted_customer', 'dispute', 'payment_intent', 'payment_method', 'refund', 'setup_intent'].map(
    (name) => `#/components/schemas/${name}`,
  ),
)

/** Reads a description, plain or gzipped. @throws Error when it is none */
export async function readDescription(path: string): Promise<OpenApiDescription> {
  const bytes = await readFile(path)
  const text = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  const description = JSON.parse(text.toString('utf8')) as OpenApiDescription
  if (description.paths === undefined || description.components?.schemas === undefined) throw new Error(`${path} is no OpenAPI description`)
  return description
}

/** What a validator does not look at. */
const idle: ReadonlySet<string> = new Set(['description', 'title', 'x-expansionResources', 'x-expandableFields', 'x-resourceId'])

type Schema = Record<string, unknown>

/**
 * A schema of OpenAPI 3.0 as JSON Schema: the former says `nullable` beside a type, the latter says it by the type itself.
 *
 * @param closed - whether an object may only have the properties that are named: what is sent, but not what is answered.
 */
export function asJsonSchema(value: unknown, closed: boolean): unknown {
  if (Array.isArray(value)) return value.map((inner) => asJsonSchema(inner, closed))
  if (typeof value !== 'object' || value === null) return value
  const { nullable, ...schema } = value as Schema
  const alternatives = schema['x-expansionResources'] === undefined ? schema : { ...schema, anyOf: reachable(schema.anyOf) }
  const converted = Object.fromEntries(
    Object.entries(alternatives)
      .filter(([key, inner]) => !(idle.has(key) && (typeof inner === 'string' || key.startsWith('x-'))))
      .map(([key, inner]) => [key, asJsonSchema(inner, closed)]),
  )
  if (closed && converted.type === 'object' && converted.properties !== undefined) converted.additionalProperties ??= false
  return nullable === true ? { anyOf: [converted, { type: 'null' }] } : converted
}

/** Without the objects that an id could be expanded to but never is: with them, every schema would hang on every other. */
function reachable(alternatives: unknown): unknown {
  if (!Array.isArray(alternatives)) return alternatives
  return alternatives.filter(({ $ref }: { readonly $ref?: string }) => $ref === undefined || expandable.has($ref))
}
