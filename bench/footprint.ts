import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BenchResult } from './report.ts'

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The weight of what is installed, as a figure: packages in the notes, MB in the result. There is nothing to compare it with, so its ratio is 1. */
export async function footprintBench(): Promise<{ result: BenchResult; notes: readonly string[] }> {
  const { packages, bytes } = await footprint()
  const megabytes = Math.round(bytes / 1e5) / 10
  return {
    result: {
      bench: `core and SQLite installed, ${packages.length} packages`,
      ours: megabytes,
      baseline: megabytes,
      ratio: 1,
      unit: 'MB',
      goal: 'shown',
      met: null,
    },
    notes: [`installed: ${packages.join(', ')}`],
  }
}

/** How many packages `npm i @cartwright/core @cartwright/adapters-sqlite` brings, ours included, and how much they weigh, from what is installed here. */
async function footprint(): Promise<{ packages: readonly string[]; bytes: number }> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const found = new Map<string, string>()
  const pending = ['@cartwright/core', '@cartwright/adapters-sqlite', 'kysely'].map((name) => ({ name, from: root }))
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const directory = await locate(next.name, next.from)
    if (found.has(directory)) continue
    found.set(directory, next.name)
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Manifest
    pending.push(...Object.keys(manifest.dependencies ?? {}).map((name) => ({ name, from: directory })))
  }
  let bytes = 0
  for (const [directory, name] of found)
    bytes += await weigh(directory, name.startsWith('@cartwright/') ? ['dist', 'src', 'package.json', 'README.md'] : undefined)
  return { packages: [...found.values()].sort(), bytes }
}

async function locate(name: string, from: string): Promise<string> {
  for (let directory = from; ; directory = dirname(directory)) {
    try {
      return await realpath(join(directory, 'node_modules', name))
    } catch (error) {
      if (directory === dirname(directory)) throw error
    }
  }
}

async function weigh(path: string, only?: readonly string[]): Promise<number> {
  const found = await stat(path)
  if (!found.isDirectory()) return path.endsWith('.test.ts') ? 0 : found.size
  const names = (await readdir(path)).filter((name) => name !== 'node_modules' && (only === undefined || only.includes(name)))
  const sizes = await Promise.all(names.map((name) => weigh(join(path, name))))
  return sizes.reduce((sum, size) => sum + size, 0)
}
