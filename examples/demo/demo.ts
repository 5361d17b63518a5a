/**
 * A whole life of a customer in a fresh shop, printed as it goes: from a search as a guest to a review of what came. Run it with `npm run demo`; with `-- --json` it
 * prints one JSON value instead.
 *
 * @module
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { sqliteStorage } from '@cartwright/adapters-sqlite'
import { createCommerce, flatShipping, taxTable } from '@cartwright/core'
import { argon2Passwords } from '@cartwright/passwords-argon2'
import { fakePayments } from '@cartwright/testing'
import { afterwards } from './afterwards.ts'
import { buy } from './buy.ts'
import { narrator } from './narrator.ts'
import { browse, signUp } from './visit.ts'

const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const startedAt = performance.now()
const tell = narrator(flags.json)
const directory = await mkdtemp(join(tmpdir(), 'cartwright-demo-'))
const file = join(directory, 'shop.db')

try {
  const result = await runDemo()
  if (flags.json) console.log(JSON.stringify(result))
  process.exitCode = result.ok ? 0 : 1
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function importCatalogue(): Promise<{ products: number; variants: number }> {
  const cli = fileURLToPath(import.meta.resolve('@cartwright/cli/package.json')).replace('package.json', 'src/bin.ts')
  const catalogue = fileURLToPath(new URL('catalogue.csv', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=cartwright-source', cli, 'import', catalogue, '--db', file, '--json'])
  return JSON.parse(stdout)
}

async function runDemo() {
  tell.step('Import a catalogue', 'npx cartwright import examples/demo/catalogue.csv --db shop.db')
  const { products, variants } = await importCatalogue()
  tell.say(`${products} products in ${variants} variants, from a Shopify CSV`)

  tell.step(
    'Open the shop',
    "createCommerce({ storage: sqliteStorage({ file: 'shop.db' }), currency: 'USD', payments: [fakePayments()], accounts, tax, shipping })",
  )
  await using commerce = await createCommerce({
    storage: sqliteStorage({ file }),
    currency: 'USD',
    payments: [fakePayments()],
    accounts: { passwords: argon2Passwords() },
    tax: taxTable({ places: [{ countries: ['US'], regions: ['NY'], taxes: [{ name: 'Sales tax', rate: '8.875' }] }] }),
    shipping: flatShipping([{ method: 'standard', label: 'Standard, 3 to 5 days', amountMinor: 490 }]),
  })
  tell.say('one SQLite file, an in-process search index, a fake bank: nothing to install')

  const guest = await browse({ commerce, tell })
  const ada = await signUp({ commerce, tell }, guest)
  const bought = await buy({ commerce, tell }, ada)
  const after = await afterwards({ commerce, tell }, ada.actor, bought)

  tell.step('Audit', 'commerce.audit({ providers: true })')
  const audit = await commerce.audit({ providers: true, graceMs: 0 })
  tell.say(`${audit.checks.length} invariants checked against the database and the bank, ${audit.violations} violations`)

  const statuses = [...bought.statuses, ...after.statuses]
  const { replayed, order, quote } = bought
  const ok = replayed && after.refunded.restocked === 1 && after.rating.count === 1 && audit.violations === 0 && statuses.at(-1) === 'delivered'
  const elapsedMs = Math.round(performance.now() - startedAt)
  tell.end(`${ok ? 'All well' : 'Something is wrong'}, in ${elapsedMs} ms.`)
  return {
    ok,
    products,
    variants,
    orderNumber: order.number,
    orderTotal: quote.total,
    paid: { discountMinor: quote.discountMinor, taxMinor: quote.taxMinor, creditMinor: quote.creditMinor, cardMinor: bought.paidMinor },
    statuses,
    replayed,
    refunded: after.refunded,
    rating: after.rating,
    audit: { violations: audit.violations },
    elapsedMs,
  }
}
