import { type Command, InvalidArgumentError, Option } from 'commander'
import { type SetExitCode, shopCommand, wholeNumber } from './shop-command.ts'
import type { Output } from './terminal/output.ts'

/** Basis points of a share such as `12.5`. */
function percent(text: string): number {
  const share = /^\d{1,3}(?:\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0
  if (share >= 1 && share <= 10_000) return share
  throw new InvalidArgumentError('It must be a share from 0.01 to 100, with two decimals at most.')
}

function moment(text: string): Date {
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It must be a date, such as 2026-12-24 or 2026-12-24T18:00Z.')
  return date
}

const gather = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]
const uses = wholeNumber(1, 1_000_000_000)

export function declareVouchers(program: Command, output: Output, done: SetExitCode): void {
  const vouchers = program.command('vouchers').description('Give buyers codes by which carts cost less')
  shopCommand(vouchers, 'create')
    .description('Make a code, with a promotion of its own or of one that there is')
    .argument('<code>', 'letters, digits, hyphens and underscores; capitals do not matter')
    .option('--promotion <promotion>', 'the id of the promotion that it leads to, in place of a new one')
    .addOption(new Option('--percent <share>', 'takes off such a share, e.g. 12.5').argParser(percent).conflicts('promotion'))
    .addOption(new Option('--amount <amount>', 'takes off such an amount of the order, e.g. 5.00').conflicts(['promotion', 'percent']))
    .addOption(new Option('--free-shipping', 'takes off the shipping').conflicts(['promotion', 'percent', 'amount']))
    .option('--name <text>', 'what buyers are shown (default: the code)')
    .option('--sku <sku>', 'only off these SKUs; repeatable', gather)
    .option('--category <path>', 'only off products of these categories, or below them, such as "Kitchen/Mugs"; repeatable', gather)
    .option('--minimum <amount>', 'from such an amount on')
    .option('--group <group>', 'only for customers in these groups; repeatable', gather)
    .option('--first-order', 'only for who has not ordered before')
    .option('--from <date>', 'from this moment on', moment)
    .option('--until <date>', 'until this moment', moment)
    .option('--uses <count>', 'orders that may use it, in all', uses)
    .option('--per-customer <count>', 'orders of one customer that may use it', uses)
    .option('--exclusive', 'applies alone or not at all')
    .action(async (code, options) => done(await (await import('./commands/vouchers-create.ts')).vouchersCreate(output, { ...options, code })))
  shopCommand(vouchers, 'generate')
    .description('Make many codes of a promotion that nobody can guess')
    .argument('<promotion>', 'the id of the promotion, or one of its codes')
    .requiredOption('--count <count>', 'how many, up to 10,000', wholeNumber(1, 10_000))
    .option('--prefix <text>', 'stands before each')
    .option('--uses <count>', 'orders that may use each', uses, 1)
    .action(async (promotion, options) => done(await (await import('./commands/vouchers-generate.ts')).vouchersGenerate(output, { ...options, promotion })))
  shopCommand(vouchers, 'list')
    .description('List promotions, newest first, or the codes of one')
    .option('--promotion <promotion>', 'the id of a promotion, or one of its codes: list its codes')
    .addOption(new Option('--status <status>', 'only promotions of this status').choices(['active', 'ended']).conflicts('promotion'))
    .option('--limit <count>', 'rows to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/vouchers-list.ts')).vouchersList(output, options)))
  shopCommand(vouchers, 'show')
    .description('Show a code and what it leads to')
    .argument('<code>')
    .action(async (code, options) => done(await (await import('./commands/vouchers-show.ts')).vouchersShow(output, { ...options, code })))
  shopCommand(vouchers, 'end')
    .description('End a code for good, or with --promotion all that leads to its promotion')
    .argument('<code>')
    .option('--promotion', 'end the promotion, with all its codes')
    .action(async (code, options) => done(await (await import('./commands/vouchers-end.ts')).vouchersEnd(output, { ...options, code })))
}
