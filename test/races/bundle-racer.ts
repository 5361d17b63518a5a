import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { racerScript } from './start-racer.ts'

const root = join(import.meta.dirname, '../..')

/** Before a test run. */
export function setup(): Promise<void> {
  return bundleRacer('cartwright-racer')
}

/**
 * Puts the process of a race, with all it loads, into a few files: a run starts hundreds of them, and most of such a process's time goes on loading modules. Adapters and
 * what is not plain JavaScript are loaded as ever.
 *
 * @param folder - of the cache: each kind of run has its own, so that one does not change what another is starting.
 */
export async function bundleRacer(folder: string): Promise<void> {
  const outdir = join(root, 'node_modules/.cache', folder)
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'racer.ts')],
    outdir,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    conditions: ['cartwright-source'],
    external: ['better-sqlite3', 'pg', 'ioredis'],
    logLevel: 'warning',
    write: false,
  })
  // Another run on this checkout may be starting processes from these very files.
  for (const { path, contents } of outputFiles) {
    const written = await readFile(path).catch(() => undefined)
    if (written?.equals(contents)) continue
    await mkdir(outdir, { recursive: true })
    await writeFile(`${path}.${process.pid}`, contents)
    await rename(`${path}.${process.pid}`, path)
  }
  process.env[racerScript] = join(outdir, 'racer.js')
}
