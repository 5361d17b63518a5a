/**
 * Packs every package as npm would publish it, installs the tarballs into an empty TypeScript project outside the repository, type-checks the quickstart
 * there with declarations included, runs it and the `cartwright` command, and requires the packages from CommonJS. Needs the packages built.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '..')
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const project = mkdtempSync(join(tmpdir(), 'cartwright-project-'))

function run(folder: string, command: string, ...args: readonly string[]): string {
  console.log(`> ${basename(command)} ${args.slice(0, 2).join(' ')}`)
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
}

function assert(holds: boolean, message: string): void {
  if (!holds) throw new Error(message)
}

const installFlags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']

try {
  const workspaces = readdirSync(join(root, 'packages'))
  const packed = JSON.parse(run(root, 'npm', 'pack', '--json', '--pack-destination', project, ...workspaces.map((name) => `--workspace=packages/${name}`)))
  const tarballs: readonly { filename: string; files: readonly { path: string }[] }[] = Array.isArray(packed) ? packed : Object.values(packed)
  for (const { filename, files } of tarballs) {
    const unwanted = files.filter(({ path }) => /\.test\.|^test\//.test(path))
    assert(unwanted.length === 0, `${filename} carries ${unwanted.map(({ path }) => path).join(', ')}`)
    for (const wanted of ['LICENSE', 'README.md', 'dist/', 'src/']) {
      assert(
        files.some(({ path }) => path.startsWith(wanted)),
        `${filename} lacks ${wanted}`,
      )
    }
  }

  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty-project', private: true, type: 'module' }))
  const tools = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`)
  run(project, 'npm', 'install', ...installFlags, ...tarballs.map(({ filename }) => join(project, filename)), ...tools)

  copyFileSync(join(root, 'examples/quickstart/quickstart.ts'), join(project, 'quickstart.ts'))
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: false,
    lib: ['es2024', 'esnext.disposable'],
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['quickstart.ts'] }))
  run(project, process.execPath, 'node_modules/typescript/bin/tsc')

  const output = run(project, process.execPath, 'quickstart.ts')
  assert(/^order \S+: confirmed$/m.test(output), `the quickstart said:\n${output}`)
  const libraries = [
    'core',
    'core/ports',
    'storage-sql',
    'adapters-sqlite',
    'adapters-postgres',
    'adapters-redis',
    'payments-stripe',
    'passwords-argon2',
    'testing',
  ]
  const required = libraries.map((name) => `require('@cartwright/${name}')`)
  run(project, process.execPath, '--input-type=commonjs', '--eval', required.join('; '))
  const help = run(project, process.execPath, 'node_modules/@cartwright/cli/bin/cartwright.js', '--help')
  assert(help.includes('migrate'), `cartwright --help said:\n${help}`)
  console.log(`${tarballs.length} packages installed; the quickstart compiles and sells there.`)
} finally {
  rmSync(project, { recursive: true, force: true })
}
