import { type Command, Option } from 'commander'
import { currencyOption, dateOption } from './credit-options.ts'
import { type SetExitCode, shopCommand, wholeNumber } from './shop-command.ts'
import type { Output } from './terminal/output.ts'

export function declareGiftCards(program: Command, output: Output, done: SetExitCode): void {
  const cards = program.command('gift-cards').description('Issue gift cards, and look at them')
  shopCommand(cards, 'issue')
    .description('Make a gift card; its code is shown this once')
    .argument('<amount>', 'such as 50.00')
    .option('--currency <code>', 'of the amount (default: the shop’s)', currencyOption)
    .option('--expires <date>', 'when it can no longer be spent, such as 2030-12-31', dateOption)
    .option('--note <text>', 'for staff only')
    .action(async (amount, options) => done(await (await import('./commands/gift-cards-issue.ts')).giftCardsIssue(output, { ...options, amount })))
  shopCommand(cards, 'list')
    .description('List gift cards, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['active', 'disabled']))
    .option('--limit <count>', 'cards to show, 1 to 100', wholeNumber(1, 100), 20)
    .option('--after <cursor>', 'go on from the end of an earlier list')
    .action(async (options) => done(await (await import('./commands/gift-cards-list.ts')).giftCardsList(output, options)))
  shopCommand(cards, 'show')
    .description('Show one gift card with what moved its balance')
    .argument('<card>', 'its id, or its code')
    .action(async (card, options) => done(await (await import('./commands/gift-cards-show.ts')).giftCardsShow(output, { ...options, card })))
  for (const act of ['disable', 'enable'] as const) {
    shopCommand(cards, act)
      .description(
        act === 'disable' ? 'End that a gift card can be spent, as when it was lost; what is on it stays' : 'Let a disabled gift card be spent again',
      )
      .argument('<card>', 'its id, or its code')
      .action(async (card, options) => done(await (await import('./commands/gift-cards-move.ts')).giftCardsMove(output, { ...options, card }, act)))
  }
}

export function declareCredit(program: Command, output: Output, done: SetExitCode): void {
  const credit = program.command('credit').description('Give customers store credit, and look at it')
  shopCommand(credit, 'grant')
    .description('Give a customer store credit')
    .argument('<customer>', 'the id, or the address of mail')
    .argument('<amount>', 'such as 12.50')
    .option('--currency <code>', 'of the amount (default: the shop’s)', currencyOption)
    .option('--note <text>', 'for staff only')
    .option('--key <key>', 'repeating the command with the same key gives nothing more')
    .action(async (customer, amount, options) => done(await (await import('./commands/credit-grant.ts')).creditGrant(output, { ...options, customer, amount })))
  shopCommand(credit, 'show')
    .description('Show a customer’s store credit with what moved it, newest first')
    .argument('<customer>', 'the id, or the address of mail')
    .option('--currency <code>', 'which (default: the shop’s)', currencyOption)
    .option('--limit <count>', 'movements to show, 1 to 100', wholeNumber(1, 100), 20)
    .action(async (customer, options) => done(await (await import('./commands/credit-show.ts')).creditShow(output, { ...options, customer })))
}
