import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CommerceError, type CommerceOptions } from '@cartwright/core'

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
  const { loadConfig } = await import('c12')
  const { config } = await loadConfig<CommerceOptions>({
    cwd: dirname(path),
    configFile: path,
    configFileRequired: true,
    rcFile: false,
    extend: false,
    giget: false,
    envName: false,
    merger: (...sources) => sources.find((source) => source !== undefined && source !== null) as CommerceOptions,
    jitiOptions: { tryNative: true, alias: ourPackages(path) },
  })
  const missing = (['storage', 'currency'] as const).filter((name) => config?.[name] === undefined)
  if (missing.length > 0) throw invalid(path, `The configuration file must export ${missing.map((name) => `\`${name}\``).join(' and ')}`)
  return config
}

/** Lets a configuration file import our packages where they are not installed beside it, as after a bare `npx cartwright init`. */
function ourPackages(path: string): Record<string, string> {
  const { resolve: resolveFromFile } = createRequire(path)
  const entries = ['@cartwright/core', '@cartwright/adapters-sqlite'].flatMap((name) => {
    try {
      resolveFromFile(name)
      return []
    } catch {
      return [[name, fileURLToPath(import.meta.resolve(name))]]
    }
  })
  return Object.fromEntries(entries)
}

function invalid(path: string, message: string): CommerceError<'INVALID_INPUT'> {
  return new CommerceError('INVALID_INPUT', { message: `${message}: ${path}`, details: { issues: [{ path, message }] } })
}
