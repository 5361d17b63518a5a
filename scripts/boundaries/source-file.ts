import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

interface ImportedModule {
  readonly specifier: string
  /** True when nothing of it is left at run time. */
  readonly typeOnly: boolean
}

/** A TypeScript file as the rules see it. */
export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly ImportedModule[]
  /** Names declared or used as identifiers or property names; not those inside strings. */
  readonly identifiers: ReadonlySet<string>
}

export function parseSource(path: string, text: string): SourceFile {
  const imports: ImportedModule[] = []
  const identifiers = new Set<string>()
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.add(node.text)
    const imported = importOf(node)
    if (imported !== undefined) imports.push(imported)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false))
  return { path, text, imports, identifiers }
}

function importOf(node: ts.Node): ImportedModule | undefined {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword }
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, typeOnly: node.isTypeOnly }
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteral(node.argument.literal)) {
    return { specifier: node.argument.literal.text, typeOnly: true }
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments
    return argument !== undefined && ts.isStringLiteral(argument) ? { specifier: argument.text, typeOnly: false } : undefined
  }
  return undefined
}

/** Where a relative import leads, from the repository's root; undefined for a package. */
export function resolveRelative(file: Pick<SourceFile, 'path'>, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
}

const skipped = new Set(['node_modules', 'dist', 'coverage', '.git', '.vitest'])

/** Every file of the repository that is not made by a tool, from its root, with `/`. */
export function listFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = posix.join(folder, entry.name)
    return entry.isDirectory() ? listFiles(root, path) : [path]
  })
}

export function readSource(root: string, path: string): SourceFile {
  return parseSource(path, readFileSync(join(root, path), 'utf8'))
}
