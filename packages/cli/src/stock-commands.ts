import { type Command, InvalidArgumentError, Option } from 'commander'
import { type SetExitCode, shopCommand, wholeNumber } from './shop-command.ts'
import type { Output } from './terminal/output.ts'

const reasons = ['received', 'counted', 'damaged', 'returned', 'transferred', 'correction']
const maxUnits = 1_000_000_000

export function declareStock(program: Command, output: Output, done: SetExitCode): void {
  const stock = program.command('stock').description('Look at stock, and correct it')
  const located = (command: Command) => command.option('--location <code>', 'only there')
  const paged = (command: Command, items: string) =>
    command.option('--limit <count>', `${items} to show, 1 to 100`, wholeNumber(1, 100), 20).option('--after <cursor>', 'go on from the end of an earlier list')
  paged(located(shopCommand(stock, 'list').description('List levels by SKU')), 'levels')
    .option('--low <units>', 'only what has so many units to sell or fewer, such as 0 for what is sold out', wholeNumber(0, maxUnits))
    .action(async (options) => done(await (await import('./commands/stock-list.ts')).stockList(output, options)))
  shopCommand(stock, 'show')
    .description('Show where the units of a SKU lie, and what came and went last')
    .argument('<sku>', 'what is sold')
    .action(async (sku, options) => done(await (await import('./commands/stock-show.ts')).stockShow(output, { ...options, sku })))
  paged(
    located(shopCommand(stock, 'ledger').description('List what came and went of a SKU, and why, newest first').argument('<sku>', 'what is sold')),
    'entries',
  ).action(async (sku, options) => done(await (await import('./commands/stock-ledger.ts')).stockLedger(output, { ...options, sku })))

  const changing = (name: string, description: string) =>
    shopCommand(stock, name)
      .description(description)
      .argument('<sku>', 'what is sold')
      .option('--location <code>', 'where it lies (default: main)')
      .option('--note <text>', 'for the records')
      .option('--backorder', 'also below what is promised to orders: the newest of them then wait for goods')
      .option('--key <key>', 'repeating the command with the same key changes nothing more')
  changing('adjust', 'Add units that have come, or take away units that are gone')
    .requiredOption('--by <units>', 'such as 12, or -3', changedUnits)
    .addOption(new Option('--reason <reason>', 'why').choices(reasons).makeOptionMandatory())
    .action(async (sku, options) => done(await (await import('./commands/stock-adjust.ts')).stockAdjust(output, { ...options, sku })))
  changing('set', 'Set the units on hand to what was counted')
    .requiredOption('--to <units>', 'that there are', wholeNumber(0, maxUnits))
    .addOption(new Option('--reason <reason>', 'why').choices(reasons).default('counted'))
    .action(async (sku, options) => done(await (await import('./commands/stock-adjust.ts')).stockAdjust(output, { ...options, sku })))
}

function changedUnits(text: string): number {
  const units = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : 0
  if (units !== 0 && Math.abs(units) <= maxUnits) return units
  throw new InvalidArgumentError('It must be a whole number of units, such as 12, or -3 for units that are gone.')
}
