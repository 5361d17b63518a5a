import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { configFileName, findConfigFile } from '../config-file.ts'
import type { DatabaseUrl } from '../database-url.ts'
import { defaultDatabase, type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'

/** Leaves a configuration file and a database ready; what is there already stays as it is. */
export async function init(output: Output, options: ShopOptions): Promise<number> {
  const existing = findConfigFile(options.config !== undefined && existsSync(options.config) ? options.config : undefined, process.cwd())
  const configFile = existing ?? resolve(options.config ?? configFileName)
  if (existing === undefined) await writeFile(configFile, configText(options.db ?? defaultDatabase), { flag: 'wx' })
  await withCommerce(existing === undefined ? { db: options.db ?? defaultDatabase } : options, { create: true, migrate: true }, async () => undefined)
  const created = existing === undefined
  output.result({ config: configFile, created }, () =>
    [
      `${created ? 'Wrote' : 'Kept'} ${configFile}`,
      'The database is ready.',
      `${output.paint('cyan', 'next ')} Import products: cartwright import products.csv`,
    ].join('\n'),
  )
  return 0
}

/** How the configuration opens the database. The address of a server may hold a password, so it stays in the environment. */
function storageText(database: DatabaseUrl): { readonly imported: string; readonly made: string } {
  if (database.engine === 'postgres') {
    const pgbouncer = database.pgbouncer ? ', pgbouncer: true' : ''
    return {
      imported: `import { postgresStorage } from '@cartwright/adapters-postgres'`,
      made: `postgresStorage({ url: String(process.env.DATABASE_URL)${pgbouncer} })`,
    }
  }
  const file = JSON.stringify(database.file).replace(/^"|"$/g, "'")
  return { imported: `import { sqliteStorage } from '@cartwright/adapters-sqlite'`, made: `sqliteStorage({ file: ${file} })` }
}

function configText(database: DatabaseUrl): string {
  const { imported, made } = storageText(database)
  return `${imported}

/** The shop, for the \`cartwright\` command and for your server: \`createCommerce(config)\`. */
export default {
  storage: ${made},

  // The currency of new carts, and of imported prices that name none.
  currency: 'USD',

  // Without a payment provider, only orders that cost nothing can be placed.
  // payments: [yourPaymentProvider],

  // What shipping costs. The default is one method, \`standard\`, free of charge.
  // shipping: flatShipping({ … }),
}
`
}
