import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BenchResult, median } from './report.ts'

const program = `
const startedAt = performance.now()
const { createCommerce } = await import('@cartwright/core')
const { sqliteStorage } = await import('@cartwright/adapters-sqlite')
const imported = performance.now()
const commerce = await createCommerce({ storage: sqliteStorage({ file: process.argv[1] }), currency: 'USD' })
const opened = performance.now()
await commerce.close()
console.log(JSON.stringify({ importMs: imported - startedAt, createMs: opened - imported }))
`

/** Cold start as a host has it: import of the built packages and `createCommerce` on a shop that does not exist yet, each time in a new process. */
export async function startBench(rounds: number): Promise<{ result: BenchResult; notes: readonly string[] }> {
  const imports: number[] = []
  const creates: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'cartwright-bench-'))
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, join(directory, 'shop.db')], {
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    const { importMs, createMs } = JSON.parse(stdout) as { importMs: number; createMs: number }
    imports.push(importMs)
    creates.push(createMs)
    await rm(directory, { recursive: true, force: true })
  }
  const total = median(imports.map((ms, round) => ms + (creates[round] ?? 0)))
  const result = {
    bench: 'cold import and createCommerce on an empty shop',
    ours: Math.round(total),
    baseline: 200,
    ratio: total / 200,
    unit: 'ms',
    goal: '< 200 ms',
    met: total < 200,
  }
  return {
    result,
    notes: [`cold start: import ${median(imports).toFixed(0)} ms, createCommerce with all tables made ${median(creates).toFixed(0)} ms (medians of ${rounds})`],
  }
}
