import type { Storage } from '@cartwright/core'
import { type ShopOptions, withStorage } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { moment } from '../terminal/words.ts'

interface MigrateOptions extends ShopOptions {
  readonly action?: 'status' | 'rollback'
  readonly dryRun?: boolean
}

/** Applies pending migrations, undoes the newest one, or says where the schema stands. */
export async function migrate(output: Output, options: MigrateOptions): Promise<number> {
  const { action } = options
  return withStorage(options, { create: action === undefined }, async (storage) => {
    if (action === 'status') return status(output, storage)
    if (options.dryRun === true) return plan(output, storage, action === 'rollback' ? 'down' : 'up')
    return action === 'rollback' ? rollBack(output, storage) : apply(output, storage)
  })
}

async function status(output: Output, storage: Storage): Promise<number> {
  const migrations = await storage.migrations.status()
  output.result({ migrations }, () => {
    const rows = migrations.map(({ name, appliedAt }) => [name, appliedAt === null ? output.paint('yellow', 'pending') : moment(appliedAt)])
    return table({ columns: [{ title: 'migration', flexible: true }, { title: 'applied' }], rows, paint: output.paint, width: output.width })
  })
  return 0
}

async function plan(output: Output, storage: Storage, direction: 'up' | 'down'): Promise<number> {
  const migrations = await storage.migrations.plan(direction)
  output.result({ dryRun: true, direction, migrations }, () =>
    migrations.length === 0
      ? direction === 'up'
        ? 'Nothing is pending.'
        : 'Nothing is applied.'
      : migrations.map(({ name, sql }) => `${output.paint('dim', `-- ${name}`)}\n${sql.map((statement) => `${statement};`).join('\n')}`).join('\n\n'),
  )
  return 0
}

async function apply(output: Output, storage: Storage): Promise<number> {
  const applied = await storage.migrations.up()
  output.result({ applied }, () => (applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`))
  return 0
}

async function rollBack(output: Output, storage: Storage): Promise<number> {
  const rolledBack = await storage.migrations.down()
  output.result({ rolledBack }, () => (rolledBack === null ? 'Nothing is applied.' : `Undid ${rolledBack}. \`cartwright migrate\` applies it again.`))
  return 0
}
