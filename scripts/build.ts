/**
 * Builds `packages/*` into their `dist`: ESM and declarations. Runs as `prepare`, so that `npm ci` leaves the `cartwright` command working.
 *
 * Usage: node scripts/build.ts [package folder…]
 */
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build } from 'tsup'

/** The part of a package.json that says what to build. */
interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly 'cartwright-source': string }>>
}

const root = join(import.meta.dirname, '..')

/**
 * Dependencies whose used parts go into a package's `dist`: they consist of hundreds of files, and a cold start spends most of its time on opening them. They stay
 * dependencies, for their types. See docs/decisions/0011.
 */
const bundled: Readonly<Record<string, readonly string[]>> = { core: ['zod', '@opentelemetry/api'], 'storage-sql': ['kysely'], 'adapters-sqlite': ['kysely'] }

/** What a package publishes: the source of every export, and `src/bin.ts` of the one with a command. */
function entriesOf(folder: string): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const exported = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : [target['cartwright-source']]))
  const command = existsSync(join(folder, 'src/bin.ts')) ? ['src/bin.ts'] : []
  return [...exported, ...command].map((entry) => join(folder, entry))
}

async function buildPackage(name: string): Promise<void> {
  const folder = join(root, 'packages', name)
  await build({
    config: false,
    silent: true,
    name,
    entry: Object.fromEntries(entriesOf(folder).map((path) => [relative(join(folder, 'src'), path).slice(0, -'.ts'.length), path])),
    outDir: join(folder, 'dist'),
    tsconfig: join(root, 'tsconfig.json'),
    format: 'esm',
    platform: 'node',
    target: 'node22',
    skipNodeModulesBundle: true,
    noExternal: [...(bundled[name] ?? [])],
    splitting: true,
    sourcemap: true,
    clean: true,
    dts: true,
  })
  // Their licences ask to be passed on.
  for (const dependency of bundled[name] ?? [])
    copyFileSync(join(root, 'node_modules', dependency, 'LICENSE'), join(folder, 'dist', `${dependency.replace('/', '-')}.LICENSE`))
}

const startedMs = performance.now()
const asked = process.argv.slice(2)
const names = asked.length > 0 ? asked : readdirSync(join(root, 'packages'))
const outcomes = await Promise.allSettled(names.map(buildPackage))
for (const [index, outcome] of outcomes.entries()) {
  if (outcome.status === 'fulfilled') continue
  console.error(`${names[index]}: ${outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason)}`)
  process.exitCode = 1
}
console.log(`Built ${names.length} packages in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`)
