import type { ReviewReason } from '@cartwright/core'
import { type Command, Option } from 'commander'
import { addLine } from './commands/wanted-units.ts'
import { type SetExitCode, shopCommand, wholeNumber } from './shop-command.ts'
import type { Output } from './terminal/output.ts'

const reviewReasons: readonly ReviewReason[] = ['off_topic', 'offensive', 'personal_data', 'spam', 'fake', 'illegal', 'other']

export function declareCustomers(program: Command, output: Output, done: SetExitCode): void {
  const customers = program.command('customers').description('Look at customers, and serve their rights')
  shopCommand(customers, 'list')
    .description('List customers, newest first')
    .option('--email <address>', 'only the one with this address of mail')
    .option('--limit <count>', 'customers to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/customers-list.ts')).customersList(output, options)))
  shopCommand(customers, 'show')
    .description('Show one customer with addresses, sessions and newest orders')
    .argument('<customer>', 'the id, or the address of mail')
    .action(async (customer, options) => done(await (await import('./commands/customers-show.ts')).customersShow(output, { ...options, customer })))
  shopCommand(customers, 'export')
    .description('Write everything that the shop knows of a customer, as JSON')
    .argument('<customer>', 'the id, or the address of mail')
    .option('--output <file>', 'write it to a new file that only you can read (default: to stdout)')
    .action(async (customer, options) => done(await (await import('./commands/customers-export.ts')).customersExport(output, { ...options, customer })))
  shopCommand(customers, 'erase')
    .description(
      'Take a person out of the shop’s records; orders stay without them. There is no way back. Without --yes, only says what would be done, and exits with 1',
    )
    .argument('<customer>', 'the id, or the address of mail')
    .option('--yes', 'do it')
    .option('--force', 'also with orders that are paid and not sent')
    .action(async (customer, options) => done(await (await import('./commands/customers-erase.ts')).customersErase(output, { ...options, customer })))
}

export function declareReturns(program: Command, output: Output, done: SetExitCode): void {
  const returns = program.command('returns').description('Take goods back')
  const statuses = ['requested', 'approved', 'received', 'refunded', 'rejected', 'cancelled']
  shopCommand(returns, 'list')
    .description('List returns, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(statuses))
    .option('--order <order>', 'of one order, by its number or its id')
    .option('--limit <count>', 'returns to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <return>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/returns-list.ts')).returnsList(output, options)))
  const ofReturn = (name: string, description: string) => shopCommand(returns, name).description(description).argument('<return>', 'its id')
  ofReturn('show', 'Show one return').action(async (returned, options) =>
    done(await (await import('./commands/returns-show.ts')).returnsShow(output, { ...options, returned })),
  )
  ofReturn('approve', 'Let the buyer send the goods').action(async (returned, options) =>
    done(await (await import('./commands/returns-decide.ts')).returnsDecide(output, { ...options, returned })),
  )
  ofReturn('reject', 'Refuse a return, or give up one whose goods never came')
    .requiredOption('--reason <text>', 'why')
    .action(async (returned, options) => done(await (await import('./commands/returns-decide.ts')).returnsDecide(output, { ...options, returned })))
  ofReturn('receive', 'Record that the goods have come: all of them, or those named')
    .option('--line <sku=units>', 'units that have come, such as MUG-1=2; repeatable', addLine)
    .option('--no-restock', 'they cannot be sold again')
    .action(async (returned, options) => done(await (await import('./commands/returns-receive.ts')).returnsReceive(output, { ...options, returned })))
  ofReturn('refund', 'Refund the goods that have come')
    .option('--amount <amount>', 'such as 12.50, in place of what they come to')
    .option('--deduct <amount>', 'kept back of what they come to')
    .option('--shipping', 'also what is left of what was charged for shipping')
    .option('--store-credit', 'the money becomes store credit of the customer')
    .option('--reason <text>', 'for the records')
    .action(async (returned, options) => done(await (await import('./commands/returns-refund.ts')).returnsRefund(output, { ...options, returned })))
}

export function declareReviews(program: Command, output: Output, done: SetExitCode): void {
  const reviews = program.command('reviews').description('Look at reviews and decide about them')
  shopCommand(reviews, 'list')
    .description('List the reviews that wait for you, the longest waiting first')
    .addOption(
      new Option('--status <status>', 'those of this status instead, newest first').choices(['pending', 'approved', 'rejected', 'hidden', 'withdrawn']),
    )
    .addOption(new Option('--all', 'every review instead, newest first').conflicts('status'))
    .option('--limit <count>', 'reviews to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/reviews-list.ts')).reviewsList(output, options)))
  shopCommand(reviews, 'approve')
    .description('Show reviews in the shop and count them')
    .argument('<reviews...>', 'their ids')
    .action(async (ids: string[], options) =>
      done(await (await import('./commands/reviews-moderate.ts')).reviewsModerate(output, { ...options, reviews: ids }, { decision: 'approve' })),
    )
  shopCommand(reviews, 'reject')
    .description('Keep reviews from being shown, or hide those that are')
    .argument('<reviews...>', 'their ids')
    .addOption(new Option('--reason <reason>', 'why; their authors are shown it').choices(reviewReasons).makeOptionMandatory())
    .option('--note <text>', 'for staff only')
    .action(async (ids: string[], { reason, note, ...options }) => {
      const decision = { decision: 'reject', reason, ...(note === undefined ? {} : { note }) } as const
      done(await (await import('./commands/reviews-moderate.ts')).reviewsModerate(output, { ...options, reviews: ids }, decision))
    })
  shopCommand(reviews, 'reply')
    .description('Answer a review in public, in place of the answer before')
    .argument('<review>', 'its id')
    .argument('[text]', 'what the shop answers')
    .option('--remove', 'take the answer away')
    .action(async (review, text, options) => done(await (await import('./commands/reviews-reply.ts')).reviewsReply(output, { ...options, review, text })))
}
