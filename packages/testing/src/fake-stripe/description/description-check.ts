import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import type { DescriptionCheck } from '../http/answer-request.ts'
import type { Operation } from '../http/operation.ts'
import { withoutNewer, withoutNewerValues } from './newer-parameters.ts'
import { asJsonSchema, type DescribedOperation, readDescription } from './openapi-description.ts'

/** Holds requests and answers against the description in this file. @throws Error when it cannot be read */
export async function describedBy(path: string): Promise<DescriptionCheck> {
  const { paths, components } = await readDescription(path)
  const requests = validators(components, true)
  const answers = validators(components, false)
  const describedAt = (operation: Operation): DescribedOperation | undefined => paths[operation.path]?.[operation.method.toLowerCase()]
  return {
    request: (operation, parameters) => {
      const described = describedAt(operation)
      const route = routeOf(operation)
      if (described === undefined) return [`the description does not have ${route}`]
      return issuesOf(
        requests(route, () => requestSchema(operation, described)),
        withoutNewer(route, parameters),
      )
    },
    response: (operation, status, body) => {
      const schema = describedAt(operation)?.responses[status === 200 ? '200' : 'default']?.content?.['application/json']?.schema
      if (schema === undefined) return []
      const validate = answers(`${routeOf(operation)} ${status === 200 ? 'answer' : 'error'}`, () => schema)
      return issuesOf(validate, withoutNewerValues(body)).map((issue) => `answer: ${issue}`)
    },
  }
}

type Validators = (name: string, schema: () => unknown) => ValidateFunction

/** Compiles each schema when it is first needed. @param sent - whether it is for what is sent: numbers and flags are text then, and nothing may be added. */
function validators(components: unknown, sent: boolean): Validators {
  const ajv = new Ajv({ strict: false, logger: false, validateSchema: false, coerceTypes: sent, inlineRefs: false })
  addFormats.default(ajv)
  ajv.addFormat('unix-time', { type: 'number', validate: Number.isSafeInteger })
  ajv.addFormat('decimal', /^-?\d+(?:\.\d+)?$/)
  // All schemas are parts of one, so that what they refer to is compiled once for all of them.
  const whole: Record<string, unknown> = { $id: 'stripe', components: asJsonSchema(components, sent) }
  ajv.addSchema(whole)
  const names = new Map<string, string>()
  return (name, schema) => {
    const part = names.get(name) ?? `part${names.size}`
    if (!names.has(name)) whole[part] = asJsonSchema(schema(), sent)
    names.set(name, part)
    const validate = ajv.getSchema(`stripe#/${part}`)
    if (validate === undefined) throw new Error(`the description has no schema for ${name}`)
    return validate
  }
}

function issuesOf(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(value)) return []
  return [...new Set((validate.errors ?? []).map(worded))]
}

function worded({ instancePath, message, params, keyword }: ErrorObject): string {
  const place = instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')
  return keyword === 'additionalProperties' ? `${place} must not have ${String(params.additionalProperty)}` : `${place} ${message ?? keyword}`
}

function routeOf({ method, path }: Operation): string {
  return `${method} ${path}`
}

function requestSchema({ method }: Operation, described: DescribedOperation): unknown {
  if (method !== 'GET') return described.requestBody?.content['application/x-www-form-urlencoded']?.schema ?? { type: 'object', additionalProperties: false }
  const query = (described.parameters ?? []).filter((parameter) => parameter.in === 'query')
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
    required: query.filter(({ required }) => required === true).map(({ name }) => name),
  }
}
