/** Checks the rules that the compiler does not know: who may import what, what is declared, what no file may say. Exits 1 and names each breach. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkCoreImports } from './boundaries/core-rules.ts'
import { checkDeclared, checkExtensions, checkPackageImports, type DeclaredDependencies } from './boundaries/package-rules.ts'
import { listFiles, readSource } from './boundaries/source-file.ts'
import { checkColumns, checkFileName, checkLength, checkText, columnNames } from './boundaries/text-rules.ts'

const root = join(import.meta.dirname, '..')
const textFile = /(?:\.(?:ts|js|json|jsonl|md|csv|sql|ya?ml)|\/run|\.npmrc|\.editorconfig)$/

const declaredByFolder = new Map<string, DeclaredDependencies>()

/** The declarations that hold for a file: those of its own package.json and, for code that is not published, the root's. */
function declaredFor(path: string): DeclaredDependencies {
  const folder = /^(?:packages|examples)\/[^/]+(?=\/)/.exec(path)?.[0] ?? ''
  const known = declaredByFolder.get(folder)
  if (known !== undefined) return known
  const manifest = JSON.parse(readFileSync(join(root, existsSync(join(root, folder, 'package.json')) ? folder : '', 'package.json'), 'utf8'))
  const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const declared = {
    name: manifest.name,
    published: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
    development: new Set(Object.keys({ ...manifest.devDependencies, ...rootManifest.devDependencies })),
  }
  declaredByFolder.set(folder, declared)
  return declared
}

const paths = listFiles(root)
const known = new Set(paths)
const columns = new Set(['tables', 'customer-tables'].flatMap((name) => [...columnNames(readSource(root, `packages/storage-sql/src/engine/${name}.ts`))]))
const breaches: string[] = []

for (const path of paths.filter((candidate) => textFile.test(candidate))) {
  const found = [...checkText(path, readFileSync(join(root, path), 'utf8'))]
  if (path.endsWith('.ts')) {
    const file = readSource(root, path)
    found.push(
      ...checkFileName(path),
      ...checkLength(file),
      ...checkExtensions(file),
      ...checkPackageImports(file),
      ...checkDeclared(file, declaredFor(path)),
      ...checkCoreImports(file, (candidate) => known.has(candidate)),
      ...checkColumns(file, columns),
    )
  }
  breaches.push(...found.map((breach) => `${path}: ${breach}`))
}

for (const breach of breaches) console.error(breach)
console.log(`${paths.length} files, ${breaches.length} breaches of the boundaries.`)
process.exitCode = breaches.length > 0 ? 1 : 0
