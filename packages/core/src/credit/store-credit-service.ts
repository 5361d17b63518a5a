import { actorRecord, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { customerMeant } from '../customers/customer-actor.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { CustomerId } from '../ids.ts'
import type { Currency } from '../money/money.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot } from '../storage/storage.ts'
import {
  type AdjustCreditInput,
  adjustCreditInput,
  type CreditBalanceInput,
  type CreditEntriesInput,
  creditBalanceInput,
  creditEntriesInput,
  type GrantCreditInput,
  grantCreditInput,
} from './credit-input.ts'
import { type CreditMovement, viewMovement } from './credit-view.ts'
import { type EntryTerms, postEntry, storeCreditOf } from './credit-writer.ts'

/** What a customer's store credit has. */
export interface StoreCreditBalance {
  readonly customerId: CustomerId
  readonly currency: Currency
  readonly balanceMinor: number
}

interface Booking {
  readonly operation: string
  readonly key: string | undefined
  readonly params: unknown
  readonly customerId: CustomerId
  readonly currency: Currency
}

/** Store credit: what the shop owes to a customer, to be spent here. One balance for each customer and currency. To pay with it, ask `checkout.quote` for `storeCredit`. */
export class StoreCreditService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Gives a customer credit. Staff only. With an `idempotencyKey`, repeating the call gives nothing more.
   *
   * @param params - `currency` defaults to the shop's; `note` is for staff.
   * @throws FORBIDDEN, IDEMPOTENCY_KEY_REUSED
   */
  async grant(params: GrantCreditInput): Promise<StoreCreditBalance> {
    const { actor, idempotencyKey: key, ...rest } = parseInput(grantCreditInput, params)
    requireStaff(actor)
    const { amountMinor, currency = this.#context.currency, note = null } = rest
    const booking = { operation: 'storeCredit.grant', key, params: rest, customerId: rest.customerId as CustomerId, currency }
    return this.#book(idempotencyScope(actor), booking, { change: 'issue', amountMinor, note, actor: actorRecord(actor) })
  }

  /** Corrects a customer's credit by an amount, up or, if negative, down. Staff only. @throws FORBIDDEN, CREDIT_INSUFFICIENT, IDEMPOTENCY_KEY_REUSED */
  async adjust(params: AdjustCreditInput): Promise<StoreCreditBalance> {
    const { actor, idempotencyKey: key, ...rest } = parseInput(adjustCreditInput, params)
    requireStaff(actor)
    const { amountMinor, currency = this.#context.currency, note } = rest
    const booking = { operation: 'storeCredit.adjust', key, params: rest, customerId: rest.customerId as CustomerId, currency }
    return this.#book(idempotencyScope(actor), booking, { change: 'adjust', amountMinor, note, actor: actorRecord(actor) })
  }

  /** What a customer has: their own, or for staff the one who is named. @param params - `currency` defaults to the shop's. @throws FORBIDDEN for guests, NOT_FOUND for another's */
  async balance(params: CreditBalanceInput): Promise<StoreCreditBalance> {
    const { actor, customerId: named, currency = this.#context.currency } = parseInput(creditBalanceInput, params)
    const customerId = customerMeant(actor, named)
    return this.#read((snapshot) => readBalance(snapshot, customerId, currency))
  }

  /** Every movement of a customer's credit, newest first. @throws FORBIDDEN for guests, NOT_FOUND for another's */
  async entries(params: CreditEntriesInput): Promise<Page<CreditMovement>> {
    const { actor, customerId: named, currency = this.#context.currency, limit, after } = parseInput(creditEntriesInput, params)
    const customerId = customerMeant(actor, named)
    return this.#read(async ({ credit }) => {
      const [account] = await credit.storeCredits({ customerId, currency })
      if (account === undefined) return { items: [], next: null }
      const page = await credit.entries({ accountId: account.id, limit, ...(after === undefined ? {} : { after }) })
      return { items: page.items.map(viewMovement), next: page.next }
    })
  }

  #book(scope: string, { operation, key, params, customerId, currency }: Booking, terms: Omit<EntryTerms, 'accountId'>): Promise<StoreCreditBalance> {
    return runAndAnswer(
      this.#context,
      { scope, operation, key, params },
      async (tx) => {
        await postEntry(this.#context, tx, await storeCreditOf(this.#context, tx, customerId, currency), terms)
        return null
      },
      (tx) => readBalance(tx, customerId, currency),
    )
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }
}

async function readBalance({ credit }: Pick<StorageSnapshot, 'credit'>, customerId: CustomerId, currency: Currency): Promise<StoreCreditBalance> {
  const [account] = await credit.storeCredits({ customerId, currency })
  return { customerId, currency, balanceMinor: account?.balanceMinor ?? 0 }
}
