import { join } from 'node:path'
import { build } from 'esbuild'
import { racerScript } from './start-racer.ts'

const root = join(import.meta.dirname, '../..')

/**
 * Puts the process of a race, with all it loads, into a few files before a test run: a run starts hundreds of them, and most of such a process's time goes on loading
 * modules. Adapters and what is not plain JavaScript are loaded as ever.
 */
export async function setup(): Promise<void> {
  const outdir = join(root, 'node_modules/.cache/cartwright-racer')
  await build({
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
  })
  process.env[racerScript] = join(outdir, 'racer.js')
}
