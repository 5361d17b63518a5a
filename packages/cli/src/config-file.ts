import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { CommerceError, type CommerceOptions, isCommerceError } from '@cartwright/core'

export const configFileName = 'cartwright.config.ts'

/** The configuration file to use: the one named, else one in the working directory, else none. @throws INVALID_INPUT when the one named is missing */
export function findConfigFile(named: string | undefined, cwd: string): string | undefined {
  if (named === undefined) {
    const candidates = ['ts', 'mts', 'js', 'mjs'].map((extension) => join(cwd, `cartwright.config.${extension}`))
    return candidates.find((path) => existsSync(path))
  }
  const path = resolve(cwd, named)
  if (!existsSync(path)) throw invalid(path, 'There is no such configuration file')
  return path
}

/** What the file exports, or what the function that it exports returns. @throws INVALID_INPUT when that is not `CommerceOptions` */
export async function loadConfigFile(path: string): Promise<CommerceOptions> {
  const config = await evaluate(path)
  const missing = (['storage', 'currency'] as const).filter((name) => config?.[name] === undefined)
  if (missing.length > 0) throw invalid(path, `The configuration file must export ${missing.map((name) => `\`${name}\``).join(' and ')}`)
  return config
}

async function evaluate(path: string): Promise<CommerceOptions> {
  const { loadConfig } = await import('c12')
  const loading = loadConfig<CommerceOptions>({
    cwd: dirname(path),
    configFile: path,
    configFileRequired: true,
    rcFile: false,
    extend: false,
    giget: false,
    envName: false,
    merger: (...sources) => sources.find((source) => source !== undefined && source !== null) as CommerceOptions,
    jitiOptions: { tryNative: true, virtualModules: await lentPackages(path) },
  })
  try {
    return (await loading).config
  } catch (error) {
    if (isCommerceError(error)) throw error
    throw invalid(path, `The configuration file fails with "${(error as Error).message.replace(/\s+/g, ' ').trim()}"`, error)
  }
}

/** Lends a configuration file our packages where they are not installed beside it, as after a bare `npx cartwright init`. */
async function lentPackages(path: string): Promise<Record<string, unknown>> {
  const { resolve: resolveFromFile } = createRequire(path)
  const lent: Record<string, unknown> = {}
  for (const [name, load] of ourPackages) {
    try {
      resolveFromFile(name)
    } catch {
      lent[name] = await load()
    }
  }
  return lent
}

const ourPackages: readonly (readonly [name: string, load: () => Promise<unknown>])[] = [
  ['@cartwright/core', () => import('@cartwright/core')],
  ['@cartwright/adapters-postgres', () => import('@cartwright/adapters-postgres')],
  ['@cartwright/adapters-sqlite', () => import('@cartwright/adapters-sqlite')],
]

function invalid(path: string, message: string, cause?: unknown): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message: `${message}: ${path}`, details: { issues: [{ path, message }] }, cause })
}
