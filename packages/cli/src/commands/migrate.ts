import type { SearchIndex, Storage } from '@cartwright/core'
import { type ShopOptions, withStorage } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { moment } from '../terminal/words.ts'

interface MigrateOptions extends ShopOptions {
  readonly action?: 'status' | 'rollback'
  readonly dryRun?: boolean
}

/**
 * Applies pending migrations, undoes the newest one, or says where the schema stands. A search index with a schema of its own is migrated after the shop; to undo its
 * steps is no use, since it can be built again.
 */
export async function migrate(output: Output, options: MigrateOptions): Promise<number> {
  const { action } = options
  return withStorage(options, { create: action === undefined }, async (storage, { search }) => {
    if (action === 'status') return status(output, storage, search)
    if (options.dryRun === true) return plan(output, storage, search, action === 'rollback' ? 'down' : 'up')
    return action === 'rollback' ? rollBack(output, storage) : apply(output, storage, search)
  })
}

async function status(output: Output, storage: Storage, search: SearchIndex | undefined): Promise<number> {
  const ofSearch = (await search?.migrations?.status()) ?? []
  const migrations = [...(await storage.migrations.status()), ...ofSearch.map(searchStep)]
  output.result({ migrations }, () => {
    const rows = migrations.map(({ name, appliedAt }) => [name, appliedAt === null ? output.paint('yellow', 'pending') : moment(appliedAt)])
    return table({ columns: [{ title: 'migration', flexible: true }, { title: 'applied' }], rows, paint: output.paint, width: output.width })
  })
  return 0
}

async function plan(output: Output, storage: Storage, search: SearchIndex | undefined, direction: 'up' | 'down'): Promise<number> {
  const ofSearch = direction === 'up' ? ((await search?.migrations?.plan(direction)) ?? []) : []
  const migrations = [...(await storage.migrations.plan(direction)), ...ofSearch.map(searchStep)]
  output.result({ dryRun: true, direction, migrations }, () =>
    migrations.length === 0
      ? direction === 'up'
        ? 'Nothing is pending.'
        : 'Nothing is applied.'
      : migrations.map(({ name, sql }) => `${output.paint('dim', `-- ${name}`)}\n${sql.map((statement) => `${statement};`).join('\n')}`).join('\n\n'),
  )
  return 0
}

async function apply(output: Output, storage: Storage, search: SearchIndex | undefined): Promise<number> {
  const ofShop = await storage.migrations.up()
  const applied = [...ofShop, ...((await search?.migrations?.up()) ?? []).map((name) => searchStep({ name }).name)]
  output.result({ applied }, () => (applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`))
  return 0
}

async function rollBack(output: Output, storage: Storage): Promise<number> {
  const rolledBack = await storage.migrations.down()
  output.result({ rolledBack }, () => (rolledBack === null ? 'Nothing is applied.' : `Undid ${rolledBack}. \`cartwright migrate\` applies it again.`))
  return 0
}

/** The index's steps have names like the shop's. */
function searchStep<Step extends { readonly name: string }>(step: Step): Step {
  return { ...step, name: `search ${step.name}` }
}
