import { builtinModules } from 'node:module'
import { resolveRelative, type SourceFile } from './source-file.ts'

/** The dependencies that a folder's package.json declares. */
export interface DeclaredDependencies {
  /** Its npm name. */
  readonly name: string
  /** `dependencies` and `peerDependencies`: what the published code may import. */
  readonly published: ReadonlySet<string>
  /** `devDependencies`: what tests may import besides. */
  readonly development: ReadonlySet<string>
}

/** What the published code of each package may import of the others. The longest matching folder decides. */
const allowedWorkspaceImports: readonly { readonly folder: RegExp; readonly allowed: RegExp; readonly rule: string }[] = [
  { folder: /^packages\/core\//, allowed: /^$/, rule: 'core imports no other package' },
  { folder: /^packages\/storage-sql\//, allowed: /^@cartwright\/core\/ports$/, rule: 'storage-sql imports only @cartwright/core/ports' },
  {
    folder: /^packages\/adapters-(?:sqlite|postgres)\//,
    allowed: /^@cartwright\/(?:core\/ports|storage-sql)$/,
    rule: 'a SQL adapter imports only @cartwright/core/ports and @cartwright/storage-sql',
  },
  { folder: /^packages\/(?:adapters|payments|passwords)-/, allowed: /^@cartwright\/core\/ports$/, rule: 'an adapter imports only @cartwright/core/ports' },
  { folder: /^packages\/testing\//, allowed: /^@cartwright\/core(?:\/ports)?$/, rule: 'testing imports only core' },
  {
    folder: /^packages\/cli\//,
    allowed: /^@cartwright\/(?:core|testing|adapters-[a-z]+|payments-[a-z]+)$/,
    rule: "the CLI imports core's public API, the adapters, and the fake bank of testing",
  },
]

/** True for files that are never published. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || /^packages\/[^/]+\/test\//.test(path)
}

/** `@scope/name/deep` → `@scope/name`; `name/deep` → `name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

const packageFolder = (path: string): string | undefined => /^(?:packages|examples)\/[^/]+\//.exec(path)?.[0]

/** Imports between packages, and out of a package by a relative path. */
export function checkPackageImports(file: SourceFile): readonly string[] {
  const own = packageFolder(file.path)
  const leaving = file.imports.flatMap(({ specifier }) => {
    const target = resolveRelative(file, specifier)
    if (target === undefined || own === undefined || target.startsWith(own)) return []
    return [`imports ${specifier}: a relative import stays inside its package`]
  })
  const limit = allowedWorkspaceImports.find(({ folder }) => folder.test(file.path))
  if (limit === undefined || isTest(file.path)) return leaving
  const forbidden = file.imports.filter(({ specifier }) => specifier.startsWith('@cartwright/') && !limit.allowed.test(specifier))
  return [...leaving, ...forbidden.map(({ specifier }) => `imports ${specifier}: ${limit.rule}`)]
}

/** Every package imported is declared where npm will look for it; Node's own modules carry their prefix. */
export function checkDeclared(file: SourceFile, declared: DeclaredDependencies): readonly string[] {
  const allowed = isTest(file.path) || !file.path.startsWith('packages/') ? new Set([...declared.published, ...declared.development]) : declared.published
  return file.imports.flatMap(({ specifier }) => {
    if (specifier.startsWith('.') || specifier.startsWith('node:')) return []
    if (builtinModules.includes(specifier)) return [`imports ${specifier}: write node:${specifier}`]
    const name = packageOf(specifier)
    return name === declared.name || allowed.has(name) ? [] : [`imports ${name}, which ${declared.name} does not declare`]
  })
}

/** Relative imports name the file that is there. */
export function checkExtensions(file: SourceFile): readonly string[] {
  return file.imports
    .filter(({ specifier }) => /^\.\.?\//.test(specifier) && !/\.(?:ts|js|json)$/.test(specifier))
    .map(({ specifier }) => `imports ${specifier}: end it in .ts`)
}
