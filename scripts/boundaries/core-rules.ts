import { posix } from 'node:path'
import { isTest } from './package-rules.ts'
import { resolveRelative, type SourceFile } from './source-file.ts'

const source = 'packages/core/src/'

/** Files that may know the services of every feature, and why. */
const assemblers: Readonly<Record<string, string>> = {
  'create-commerce.ts': 'makes every service',
  'transactional-commerce.ts': 'makes those that work in a transaction of the host',
  'index.ts': 'exports the services',
}

/** Features that use another feature's service, and why they must. */
const allowedServiceImports: readonly { readonly file: string; readonly service: string; readonly reason: string }[] = [
  { file: 'worker/worker-service.ts', service: 'events/event-service.ts', reason: 'the relay job delivers to the subscribers that the event service holds' },
]

const isService = (path: string): boolean => path.endsWith('-service.ts')
const isStore = (path: string): boolean => path.endsWith('-store.ts') || path === 'storage/storage.ts'

/** Machines, inputs, rules, and the types a feature is named after (`cart.ts` beside `cart-store.ts`). */
function isPure(path: string, exists: (path: string) => boolean): boolean {
  if (/-(?:machine|input|rules)\.ts$/.test(path)) return true
  const stem = path.slice(0, -'.ts'.length)
  return ['store', 'machine', 'provider', 'service'].some((suffix) => exists(`${source}${stem}-${suffix}.ts`))
}

/**
 * The rules between core's feature folders.
 *
 * @param exists - whether the repository has a file of this path.
 */
export function checkCoreImports(file: SourceFile, exists: (path: string) => boolean): readonly string[] {
  if (!file.path.startsWith(source) || isTest(file.path)) return []
  const path = file.path.slice(source.length)
  const pure = isPure(path, exists)
  return file.imports.flatMap(({ specifier }) => {
    const target = resolveRelative(file, specifier)?.slice(source.length)
    if (target === undefined) return []
    return [
      ...checkServiceImport(path, target),
      ...(pure && (isService(target) || isStore(target)) ? [`imports ${target}: types, machines, rules and inputs know neither services nor stores`] : []),
    ]
  })
}

function checkServiceImport(path: string, target: string): readonly string[] {
  if (!isService(target) || path in assemblers || posix.dirname(path) === posix.dirname(target)) return []
  if (allowedServiceImports.some(({ file, service }) => file === path && service === target)) return []
  return [`imports ${target}: only create-commerce.ts brings the services of several features together`]
}
