import { type Commerce, createCommerce, type Storage } from '@cartwright/core'
import { type ShopOptions, withStorage } from '../open-shop.ts'
import { staff } from '../staff.ts'
import type { Output, Paint } from '../terminal/output.ts'
import { count } from '../terminal/words.ts'

type Finding = Awaited<ReturnType<Storage['diagnose']>>[number]

/** How much is in the shop. Counting stops at `countLimit`: then the figure is at least that. */
interface Counts {
  readonly products: number
  readonly orders: number
  readonly categories: number
  readonly locations: number
}

const oldestNode = [22, 14] as const
const countLimit = 10_000

/** Looks the shop over without changing it. Fails on errors, not on warnings. */
export async function doctor(output: Output, options: ShopOptions): Promise<number> {
  const { findings, counts } = await withStorage(options, { create: false }, async (storage, config) => {
    const { carts, ...others } = config
    const beside = [config.search, config.cache?.shared, config.rateLimits?.limiter, config.inventory?.admission?.gate, ...(config.publishers ?? [])]
    const asked = [storage.diagnose(), carts?.diagnose(), ...beside.map((part) => part?.diagnose?.())]
    const found = [nodeFinding(process.versions.node), ...differing((await Promise.all(asked)).flatMap((findings) => findings ?? []))]
    const usable = found.every(({ status }) => status !== 'error') && found.some(({ check, status }) => check === 'schema' && status === 'ok')
    return { findings: found, counts: usable ? await countAll(await createCommerce({ ...others, migrate: false })) : null }
  })
  const broken = findings.some(({ status }) => status === 'error')
  output.result({ ok: !broken, findings, counts }, () => inWords(findings, counts, output.paint))
  return broken ? 1 : 0
}

/** Several parts may be on one server and say the same of it. */
function differing(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.check} ${finding.message}`, finding])).values()]
}

/** @param version - such as `24.1.0`. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])
  if (recent) return { check: 'node', status: 'ok', message: `This is Node.js ${version}.`, remedy: null }
  return { check: 'node', status: 'error', message: `This is Node.js ${version}.`, remedy: `Use Node.js ${oldestNode.join('.')} or newer.` }
}

async function countAll({ catalog, orders, inventory }: Commerce): Promise<Counts> {
  return {
    products: await countPages((after) => catalog.list({ filter: { status: 'any' }, limit: 100, ...after })),
    orders: await countPages((after) => orders.list({ actor: staff, limit: 100, ...after })),
    categories: (await catalog.listCategories()).length,
    locations: (await inventory.listLocations()).length,
  }
}

async function countPages(list: (after: { after?: string }) => Promise<{ items: readonly unknown[]; next: string | null }>): Promise<number> {
  let total = 0
  for (let after: string | null | undefined; after !== null && total < countLimit; ) {
    const page = await list(after === undefined ? {} : { after })
    total += page.items.length
    after = page.next
  }
  return total
}

function inWords(findings: readonly Finding[], counts: Counts | null, paint: Paint): string {
  const marks = { ok: paint('green', 'ok     '), warning: paint('yellow', 'warning'), error: paint(['red', 'bold'], 'error  ') }
  const width = Math.max(...findings.map(({ check }) => check.length))
  const lines = findings.flatMap(({ check, status, message, remedy }) => [
    `${marks[status]}  ${check.padEnd(width)}  ${message}`,
    ...(remedy === null ? [] : [`${' '.repeat(width + 11)}${paint('cyan', 'next')} ${remedy}`]),
  ])
  if (counts !== null)
    lines.push(
      '',
      Object.entries(counts)
        .map(([name, value]) => `${name}: ${count(value)}${value >= countLimit ? ' or more' : ''}`)
        .join(', '),
    )
  return lines.join('\n')
}
