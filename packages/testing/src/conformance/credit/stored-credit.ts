import type { CreditAccount, CreditAccountId, CreditEntry, CreditEntryId, CustomerId, Order, OrderId, Storage } from '@cartwright/core/ports'
import { ids } from '../fixtures.ts'
import { at, start } from '../moments.ts'
import { insertedOrder } from '../order/stored-orders.ts'

export const customer = (name: string) => name as CustomerId

/** An empty gift card, unless told otherwise. */
export function anAccount(overrides: Partial<CreditAccount> = {}): CreditAccount {
  const id = ids.next<CreditAccountId>()
  return {
    id,
    kind: 'gift_card',
    status: 'active',
    customerId: null,
    codeHash: `hash of ${id}`,
    lastFour: 'K7QX',
    currency: 'USD',
    balanceMinor: 0,
    expiresAt: null,
    note: 'a “note” ☕',
    createdAt: start,
    updatedAt: start,
    version: 1,
    ...overrides,
  }
}

/** A customer's empty store credit. */
export function aWallet(customerId: string, overrides: Partial<CreditAccount> = {}): CreditAccount {
  return anAccount({ kind: 'store_credit', customerId: customer(customerId), codeHash: null, lastFour: null, ...overrides })
}

export function anEntry({ id: accountId }: Pick<CreditAccount, 'id'>, amountMinor: number, overrides: Partial<CreditEntry> = {}): CreditEntry {
  const id = ids.next<CreditEntryId>()
  const rest = { orderId: null, orderRefundId: null, reference: id, note: null, actor: { type: 'admin', id: 'ops' }, at: start } as const
  return { id, accountId, change: 'adjust', amountMinor, ...rest, ...overrides }
}

export function open(storage: Storage, account: CreditAccount): Promise<'opened' | 'exists'> {
  return storage.transaction(at(0), (tx) => tx.credit.open(account))
}

export function post(storage: Storage, entry: CreditEntry, expiresAt?: Date, now = at(0)): Promise<'posted' | 'refused'> {
  return storage.transaction(now, (tx) => tx.credit.post({ entry, ...(expiresAt === undefined ? {} : { expiresAt }) }))
}

/** An account with this balance. */
export async function funded(storage: Storage, balanceMinor: number, account = anAccount()): Promise<CreditAccount> {
  await open(storage, account)
  if (balanceMinor > 0) await post(storage, anEntry(account, balanceMinor, { change: 'issue' }))
  return account
}

/** An order of 13.00 that credit pays so much of. */
export function orderWithCredit(storage: Storage, creditMinor: number, overrides: Partial<Order> = {}): Promise<Order> {
  return insertedOrder(storage, { creditMinor, ...overrides })
}

/** Takes an amount for an order. @param position - as of `redeem`; null for what the order had before */
export function redeem(
  storage: Storage,
  order: Order,
  account: CreditAccount,
  amountMinor: number,
  {
    position = 0,
    customerId = order.customerId,
    now = at(0),
  }: { readonly position?: number | null; readonly customerId?: CustomerId | null; readonly now?: ReturnType<typeof at> } = {},
): Promise<'redeemed' | 'refused'> {
  const entry = anEntry(account, -amountMinor, { change: 'redeem', orderId: order.id })
  return storage.transaction(now, (tx) => tx.credit.redeem({ orderId: order.id, position, entry, currency: order.currency, customerId }))
}

export async function accountOf(storage: Storage, { id }: CreditAccount): Promise<CreditAccount | undefined> {
  return storage.snapshot(at(0), (snapshot) => snapshot.credit.find({ key: { id } }), { fresh: true })
}

export async function balance(storage: Storage, account: CreditAccount): Promise<number | undefined> {
  return (await accountOf(storage, account))?.balanceMinor
}

/** The sum of an account's entries. */
export async function ledger(storage: Storage, { id: accountId }: CreditAccount): Promise<number> {
  const { items } = await storage.snapshot(at(0), (snapshot) => snapshot.credit.entries({ accountId, limit: 100 }), { fresh: true })
  return items.reduce((sum, { amountMinor }) => sum + amountMinor, 0)
}

export function creditsOf(storage: Storage, orderId: OrderId) {
  return storage.snapshot(at(0), (snapshot) => snapshot.credit.ofOrder({ orderId }), { fresh: true })
}
