import type { SearchSort, StrategyName, WorkerJob } from '@cartwright/core'
import { Argument, Command, InvalidArgumentError, Option } from 'commander'
import manifest from '../package.json' with { type: 'json' }
import { addLine } from './commands/wanted-units.ts'
import { declareCredit, declareGiftCards } from './credit-commands.ts'
import { currencyOption } from './credit-options.ts'
import { addObjective, parseDuration, parseFactor, parseRate } from './loadtest/load-options.ts'
import { scenarioNames } from './loadtest/load-spec.ts'
import { declareCustomers, declareReturns, declareReviews } from './people-commands.ts'
import { type SetExitCode, shopCommand, wholeNumber } from './shop-command.ts'
import { declareStock } from './stock-commands.ts'
import type { Output } from './terminal/output.ts'
import { declareVouchers } from './voucher-commands.ts'

/** Declares the command line. Each command's code is loaded when it runs, so that starting stays quick. */
export function buildProgram(output: Output, setExitCode: (code: number) => void): Command {
  const program = new Command('cartwright')
    .version(manifest.version)
    .description('A shop on the command line: migrations, imports, made-up shops, search, orders, stock, reviews, gift cards, audit, load tests, worker')
    .configureOutput({
      writeOut: (text) => output.streams.stdout.write(text),
      writeErr: (text) => output.streams.stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError('(add --help for what the command takes)')
  declareSetup(program, output, setExitCode)
  declareCatalogue(program, output, setExitCode)
  declareOperations(program, output, setExitCode)
  return program
}

function declareSetup(program: Command, output: Output, done: SetExitCode): void {
  shopCommand(program, 'init')
    .description('Write cartwright.config.ts if there is none, and make the database')
    .action(async (options) => done(await (await import('./commands/init.ts')).init(output, options)))

  shopCommand(program, 'migrate')
    .description('Bring the database schema up to date, and that of a search index that has one')
    .addArgument(new Argument('[action]', 'show what is applied, or undo the newest migration').choices(['status', 'rollback']))
    .option('--dry-run', 'print the SQL and change nothing')
    .action(async (action, options) => done(await (await import('./commands/migrate.ts')).migrate(output, { ...options, action })))

  shopCommand(program, 'doctor')
    .description('Check the runtime, the database and its settings')
    .action(async (options) => done(await (await import('./commands/doctor.ts')).doctor(output, options)))
}

function declareCatalogue(program: Command, output: Output, done: SetExitCode): void {
  shopCommand(program, 'import')
    .description('Import products from a file; .gz is unpacked. Importing a file again changes nothing')
    .argument('<file>', 'a product CSV of Shopify or WooCommerce, import records (JSONL), or anything with --map')
    .addOption(new Option('--format <format>', 'what the file is; by its name and header if not given').choices(['shopify', 'woocommerce', 'jsonl']))
    .addOption(new Option('--map <file>', 'a JSON file that says what the columns mean').conflicts('format'))
    .option('--currency <code>', 'of prices that name none (default: the shop’s)', currencyOption)
    .option('--location <code>', 'where quantities lie that name no place (default: main)')
    .addOption(new Option('--status <status>', 'of products that say nothing about it').choices(['published', 'draft', 'archived']).default('published'))
    .option('--strict', 'exit with 1 if anything was rejected')
    .action(async (file, options) => done(await (await import('./commands/import.ts')).importProducts(output, { ...options, file })))

  const prices = program.command('prices').description('Prices of price lists')
  shopCommand(prices, 'import')
    .description('Put the prices of a file into price lists; .gz is unpacked. Importing a file again puts in the same prices')
    .argument('<file>', 'CSV with the columns list, sku, amount, and if need be currency and from quantity; or JSONL')
    .option('--list <code>', 'of rows that name none')
    .option('--strict', 'exit with 1 if anything was rejected')
    .action(async (file, options) => done(await (await import('./commands/prices-import.ts')).pricesImport(output, { ...options, file })))

  shopCommand(program, 'seed')
    .description('Fill an empty database with a made-up shop; the same options make the same shop, byte for byte. Interrupted, the same command goes on')
    .option('--products <count>', 'products to make', wholeNumber(1, 10_000_000), 1_000)
    .option('--customers <count>', 'customers who buy', wholeNumber(1, 10_000_000), 500)
    .option('--orders <count>', 'orders to place', wholeNumber(0, 10_000_000), 2_000)
    .option('--seed <number>', 'decides everything that is random', wholeNumber(0, 4_294_967_295), 1)
    .option('--until <date>', 'the shop’s present, such as 2026-03-01 (default: a day of January 2026)', dateOption)
    .option('--shapes <file>', 'a JSON file of load shapes (default: those that we measured)')
    .action(async (options) => done(await (await import('./commands/seed.ts')).seed(output, options)))

  const search = program.command('search').description('Look into the search index')
  shopCommand(search, 'query')
    .description('Find products as a buyer would')
    .argument('[text...]', 'what the buyer types; without it, all that the options let through')
    .option('--limit <count>', 'hits to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--category <path>', 'only products in it or below, e.g. "Kitchen > Kettles"')
    .option('--where <name=value>', 'only products with this attribute or option; again with the same name for another value that will do', collectedPairs, [])
    .option('--min-rating <stars>', 'only products rated this high, 1 to 5', wholeNumber(1, 5))
    .option('--in-stock', 'only products that can be bought now')
    .addOption(new Option('--sort <order>', 'order of the hits').choices([...searchSorts]).default('relevance'))
    .option('--facet <name>', 'count values of an attribute or option, or: category, price, rating; again for more', collected, [])
    .action(async (words: string[], options) =>
      done(await (await import('./commands/search-query.ts')).searchQuery(output, { ...options, text: words.join(' ') })),
    )
  shopCommand(search, 'suggest')
    .description('Go on with what a buyer is typing')
    .argument('<text...>', 'what the buyer has typed so far')
    .option('--limit <count>', 'completions and products to show, 1 to 20', wholeNumber(1, 20), 8)
    .action(async (words: string[], options) =>
      done(await (await import('./commands/search-suggest.ts')).searchSuggest(output, { ...options, text: words.join(' ') })),
    )
  shopCommand(search, 'reindex')
    .description('Build the index anew from the database; on Postgres it lies in the database, and is used by every command once it has been built')
    .action(async (options) => done(await (await import('./commands/search-reindex.ts')).searchReindex(output, options)))
}

function declareOperations(program: Command, output: Output, done: SetExitCode): void {
  const orders = program.command('orders').description('Look at orders, and refund them')
  shopCommand(orders, 'list')
    .description('List orders, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['pending', 'confirmed', 'cancelled', 'expired']))
    .option('--limit <count>', 'orders to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/orders-list.ts')).ordersList(output, options)))
  shopCommand(orders, 'show')
    .description('Show one order with its lines, payments, parcels and history')
    .argument('<order>', 'its number, such as K7QX-29MF, or its id')
    .action(async (order, options) => done(await (await import('./commands/orders-show.ts')).ordersShow(output, { ...options, order })))

  shopCommand(orders, 'refund')
    .description('Give money back, and decide what becomes of the goods. Units that were not shipped are taken first, and never will be')
    .argument('<order>', 'its number or its id')
    .option('--line <sku=units>', 'units to refund, such as MUG-1=2; repeatable', addLine)
    .option('--amount <amount>', 'such as 12.50: alone, or in place of what units and shipping come to')
    .option('--shipping', 'what is left of what was charged for shipping')
    .option('--no-restock', 'the units cannot be sold again')
    .option('--store-credit', 'the money becomes store credit of the customer')
    .option('--reason <text>', 'for the records')
    .option('--key <key>', 'repeating the command with the same key refunds nothing more')
    .action(async (order, options) => done(await (await import('./commands/orders-refund.ts')).ordersRefund(output, { ...options, order })))

  declareStock(program, output, done)
  declareReturns(program, output, done)
  declareCustomers(program, output, done)

  declareMoney(program, output, done)

  declareReviews(program, output, done)
  declareVouchers(program, output, done)
  declareGiftCards(program, output, done)
  declareCredit(program, output, done)

  shopCommand(program, 'audit')
    .description('Check that stock, money, orders and events agree; exit with 1 if anything does not')
    .option('--providers', 'also compare with the payment providers’ books')
    .option('--repair', 'mend what has one safe mend, and say what people must do about the rest')
    .option('--dry-run', 'with --repair: say what would be mended, and change nothing')
    .action(async (options) => done(await (await import('./commands/audit.ts')).audit(output, options)))

  declareLoadTest(program, output, done)

  declareWorker(program, output, done)
}

function declareWorker(program: Command, output: Output, done: SetExitCode): void {
  const worker = shopCommand(program, 'worker')
    .description(
      'Do what is due, until SIGTERM or Ctrl-C: look for webhooks that never came, act on webhooks, finish payments, send refunds, give back unpaid stock, deliver events, feed the search index, sweep',
    )
    .option('--once', 'one round, then end; exit with 1 if anything failed')
    .option('--jobs <names>', `some of ${workerJobs.join(',')}`, jobsOption)
    .option('--concurrency <count>', 'rows of a job worked on at once', wholeNumber(1, 64), 4)
    .action(async (options) => done(await (await import('./commands/worker.ts')).worker(output, options)))
  shopCommand(worker, 'failures')
    .description('List what the worker could not do and has parked')
    .option('--all', 'also what it still tries by itself')
    .option('--job <name>', 'of one job, such as refunds or relay:mails')
    .option('--limit <count>', 'failures to show, 1 to 1000', wholeNumber(1, 1_000), 100)
    .action(async (_, command: Command) => done(await (await import('./commands/worker-failures.ts')).workerFailures(output, command.optsWithGlobals())))
  shopCommand(worker, 'lag')
    .description(
      'Show how long the oldest row of each job has been due, how long ago the lists of payment providers were read, and how far each consumer of events is behind',
    )
    .action(async (_, command: Command) => done(await (await import('./commands/worker-lag.ts')).workerLag(output, command.optsWithGlobals())))
  shopCommand(worker, 'retry')
    .description('Make parked work due again')
    .argument('<job>', 'such as refunds, or relay:mails for what a consumer of events refused')
    .argument('[id...]', 'what to try again (default: all of the job)')
    .action(async (job: string, rowIds: string[], _, command: Command) =>
      done(await (await import('./commands/worker-retry.ts')).workerRetry(output, { ...command.optsWithGlobals(), job, rowIds })),
    )
}

function declareMoney(program: Command, output: Output, done: SetExitCode): void {
  const payments = program.command('payments').description('Look at payments, and compare them with the payment providers')
  shopCommand(payments, 'show')
    .description('Show one payment with its steps, refunds, disputes and webhooks')
    .argument('<payment>', 'its id, as `orders show --json` has it')
    .option('--provider', 'also ask the payment provider what it has')
    .action(async (payment, options) => done(await (await import('./commands/payments-show.ts')).paymentsShow(output, { ...options, payment })))

  shopCommand(payments, 'reconcile')
    .description(
      'Read the payment providers’ events and payments from a time on, and let the worker act on every event that never came and every payment whose money differs',
    )
    .option('--provider <name>', 'only this one')
    .option('--from <date>', 'such as 2026-03-01 (default: 30 days ago)', dateOption)
    .option('--dry-run', 'compare and change nothing')
    .action(async (options) => done(await (await import('./commands/payments-reconcile.ts')).paymentsReconcile(output, options)))

  const webhooks = program.command('webhooks').description('Look at what payment providers have sent')
  shopCommand(webhooks, 'list')
    .description('List events, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(['received', 'processed', 'ignored', 'parked']))
    .option('--limit <count>', 'events to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/webhooks-list.ts')).webhooksList(output, options)))
  shopCommand(webhooks, 'replay')
    .description('Act on events again, whatever came of them: those that are parked, above all. Doing it twice does nothing more')
    .argument('<events...>', 'the provider’s ids of the events')
    .option('--provider <name>', 'that sent them (default: whichever of the configured ones has)')
    .action(async (events: string[], options) => done(await (await import('./commands/webhooks-replay.ts')).webhooksReplay(output, { ...options, events })))
}

function declareLoadTest(program: Command, output: Output, done: SetExitCode): void {
  shopCommand(program, 'loadtest')
    .description(
      'Let made-up buyers loose on the shop from several processes, measure, then audit; exit with 1 if a unit is oversold or undersold, an invariant broken or an objective missed',
    )
    .addOption(new Option('--scenario <name>', 'what the buyers do').choices(scenarioNames).default('checkout'))
    .option('--duration <time>', 'such as 30s, 500ms, 5m (default: 30s; in a flash sale, until every buyer has had a turn)', parseDuration)
    .option('--operations <count>', 'end after so many calls', wholeNumber(1, 1_000_000_000))
    .option('--clients <count>', 'buyers who wait for each answer before they go on (default: 32)', wholeNumber(1, 100_000))
    .addOption(new Option('--rate <rate>', 'visits that begin each second whatever the shop does, such as 200/s').argParser(parseRate).conflicts('clients'))
    .option('--processes <count>', 'processes that share the load', wholeNumber(1, 256), 2)
    .option(
      '--stock <units>',
      'of the SKU of a flash sale (default: 100), or of each variant of a shop that is filled (default: 10,000)',
      wholeNumber(1, 1_000_000_000),
    )
    .option('--buyers <count>', 'who come to a flash sale (default: 20 for each unit)', wholeNumber(1, 100_000_000))
    .addOption(new Option('--strategy <name>', 'how stock is reserved (default: as configured)').choices(strategies))
    .option('--think <factor>', 'of the measured pauses: 1 for all of them, 0 for none (default: 0.01; in a flash sale 0)', parseFactor)
    .option('--shapes <file>', 'a JSON file of load shapes (default: those that we measured)')
    .option('--warm-up <time>', 'at the start that is not counted (default: a tenth of the duration, up to 5s; in a flash sale none)', parseDuration)
    .option('--objective <limit>', 'that must be reached, such as p99=500ms, checkout.place.p99=1s, errors=0.1%; repeatable', addObjective)
    .option('--seed <number>', 'decides every choice', wholeNumber(0, 4_294_967_295), 1)
    .option('--report <file>', 'write a page with charts')
    .action(async ({ duration, warmUp, ...options }) =>
      done(await (await import('./commands/loadtest.ts')).loadtest(output, { ...options, durationMs: duration, warmUpMs: warmUp })),
    )
}

const strategies: readonly StrategyName[] = ['conditional', 'optimistic', 'pessimistic', 'batched']

const searchSorts: readonly SearchSort[] = ['relevance', 'price_asc', 'price_desc', 'rating', 'newest', 'title']

/** An option that may be given several times. */
function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** `name=value`, several times. */
function collectedPairs(pair: string, before: readonly string[]): readonly string[] {
  if (pair.indexOf('=') < 1) throw new InvalidArgumentError('It must be a name and a value, such as Colour=red.')
  return [...before, pair]
}

const workerJobs: readonly WorkerJob[] = ['reconciler', 'inbox', 'completer', 'refunds', 'expiry', 'relay', 'search', 'carts', 'sweep']

function jobsOption(text: string): WorkerJob[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !workerJobs.some((job) => job === name))
  if (unknown === undefined) return names as WorkerJob[]
  throw new InvalidArgumentError(`There is no job "${unknown}". The jobs are ${workerJobs.join(', ')}.`)
}

function dateOption(text: string): Date {
  const date = new Date(text)
  const isDate = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) && !Number.isNaN(date.getTime())
  if (isDate && date.toISOString().startsWith(text.slice(0, 10)) && date.getUTCFullYear() >= 2000) return date
  throw new InvalidArgumentError('It must be a date from 2000 on, such as 2026-03-01 or 2026-03-01T18:00Z.')
}
