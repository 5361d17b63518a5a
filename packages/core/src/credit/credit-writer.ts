import type { ActorRecord } from '../actor.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import type { DomainEvent } from '../events/domain-event.ts'
import { makeEvent } from '../events/make-event.ts'
import type { CreditAccountId, CreditEntryId, CustomerId, OrderId, OrderRefundId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import type { StorageTransaction } from '../storage/storage.ts'
import { type CreditAccount, type CreditChange, type CreditEntry, type CreditStatus, spendableMinor } from './credit.ts'

/** What an entry is made of. */
export interface EntryTerms {
  readonly accountId: CreditAccountId
  readonly change: CreditChange
  readonly amountMinor: number
  readonly actor: ActorRecord
  readonly orderId?: OrderId
  readonly orderRefundId?: OrderRefundId
  /** @default one that no other entry has */
  readonly reference?: string
  readonly note?: string | null
}

export function newEntry(context: Pick<Context, 'ids'>, now: Date, terms: EntryTerms): CreditEntry {
  const id = context.ids.next<CreditEntryId>()
  return { orderId: null, orderRefundId: null, reference: id, note: null, ...terms, id, at: now }
}

/** The event of a movement, or of another status, with which nothing moves. */
export function creditEvent(
  context: Pick<Context, 'ids'>,
  now: Date,
  { id, kind, currency }: Pick<CreditAccount, 'id' | 'kind' | 'currency'>,
  { change, amountMinor, orderId }: { readonly change: CreditChange | CreditStatus; readonly amountMinor: number; readonly orderId: OrderId | null },
): DomainEvent {
  // Movements are facts of their own, not versions of the account: many are written without reading it.
  const subject = { aggregateType: kind, aggregateId: id, aggregateVersion: 0 } as const
  return makeEvent(context, now, `${kind}.changed`, subject, { accountId: id, change, amountMinor, currency, orderId })
}

/**
 * Moves the balance of an account, with its entry and its event.
 *
 * @throws CREDIT_INSUFFICIENT, AMOUNT_OVERFLOW, NOT_FOUND
 */
export async function postEntry(
  context: Context,
  tx: StorageTransaction,
  account: Pick<CreditAccount, 'id' | 'kind' | 'currency'>,
  terms: Omit<EntryTerms, 'accountId'>,
): Promise<CreditEntry> {
  const entry = newEntry(context, tx.now, { ...terms, accountId: account.id })
  const returns = terms.change === 'release' || terms.change === 'refund'
  const [posted] = await Promise.all([
    tx.credit.post({ entry, ...(returns ? { expiresAt: new Date(tx.now.getTime() + context.timing.creditGraceMs) } : {}) }),
    tx.outbox.append([creditEvent(context, tx.now, account, entry)]),
  ])
  if (posted === 'posted') return entry
  const found = await requireAccount(tx, account.id)
  if (terms.amountMinor > 0) throw new CommerceError('AMOUNT_OVERFLOW', { details: {} })
  const details = { accountId: account.id, requestedMinor: -terms.amountMinor, leftMinor: found.balanceMinor }
  throw new CommerceError('CREDIT_INSUFFICIENT', { details })
}

/** @throws NOT_FOUND */
async function requireAccount(tx: Pick<StorageTransaction, 'credit'>, id: CreditAccountId): Promise<CreditAccount> {
  const account = await tx.credit.find({ key: { id } })
  if (account === undefined) throw new CommerceError('NOT_FOUND', { details: { object: 'credit account' } })
  return account
}

/** What an account refused to pay, as an error. @throws NOT_FOUND */
export async function insufficient(tx: StorageTransaction, accountId: CreditAccountId, requestedMinor: number): Promise<CommerceError> {
  const account = await requireAccount(tx, accountId)
  return new CommerceError('CREDIT_INSUFFICIENT', { details: { accountId, requestedMinor, leftMinor: spendableMinor(account, tx.now) } })
}

/** A customer's store credit in a currency; opened, empty, if there is none. @throws CONFLICT when another transaction opens it at this moment */
export async function storeCreditOf(context: Context, tx: StorageTransaction, customerId: CustomerId, currency: Currency): Promise<CreditAccount> {
  const [known] = await tx.credit.storeCredits({ customerId, currency })
  if (known !== undefined) return known
  const account = newAccount(context, tx.now, { kind: 'store_credit', customerId, currency })
  if ((await tx.credit.open(account)) === 'opened') return account
  const [other] = await tx.credit.storeCredits({ customerId, currency })
  if (other === undefined) throw new CommerceError('CONFLICT', { details: { object: 'store credit' } })
  return other
}

/** An empty account. */
export function newAccount(
  context: Pick<Context, 'ids'>,
  now: Date,
  terms: Pick<CreditAccount, 'kind' | 'currency'> & Partial<Pick<CreditAccount, 'customerId' | 'codeHash' | 'lastFour' | 'expiresAt' | 'note'>>,
): CreditAccount {
  return {
    customerId: null,
    codeHash: null,
    lastFour: null,
    expiresAt: null,
    note: null,
    ...terms,
    id: context.ids.next<CreditAccountId>(),
    status: 'active',
    balanceMinor: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
  }
}
