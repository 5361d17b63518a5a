import { actorRecord, requireStaff } from '../actor.ts'
import type { Page } from '../catalog/catalog-store.ts'
import type { Context } from '../context.ts'
import { CommerceError } from '../errors.ts'
import { idempotencyScope, runAndAnswer } from '../idempotency/run-idempotent.ts'
import type { CreditAccountId, CustomerId } from '../ids.ts'
import { parseInput } from '../parse-input.ts'
import type { StorageSnapshot, StorageTransaction } from '../storage/storage.ts'
import { nextState } from '../transition-table.ts'
import { noSuchGiftCard } from './choose-credit.ts'
import { claimGiftCard } from './claim-gift-card.ts'
import { countCodeAttempt } from './count-code-attempt.ts'
import { type CreditAccount, type CreditEntry, spendableMinor } from './credit.ts'
import {
  type AdjustGiftCardInput,
  adjustGiftCardInput,
  type FindGiftCardInput,
  findGiftCardInput,
  type GiftCardCodeInput,
  type GiftCardEntriesInput,
  giftCardCodeParams,
  giftCardEntriesInput,
  type IssueGiftCardInput,
  issueGiftCardInput,
  type ListGiftCardsInput,
  listGiftCardsInput,
  type OfGiftCardInput,
  ofGiftCardInput,
} from './credit-input.ts'
import { type CreditEvent, creditMachine } from './credit-machine.ts'
import { type GiftCard, type GiftCardBalance, viewGiftCard } from './credit-view.ts'
import { creditEvent, newAccount, postEntry } from './credit-writer.ts'
import { giftCardCode, readGiftCardCode } from './gift-card-code.ts'

/** A new gift card. */
export interface IssuedGiftCard {
  readonly giftCard: GiftCard
  /** Shown this once, to be handed to the bearer; null when the call repeats an earlier one, since it is kept nowhere. */
  readonly code: string | null
}

/** Issues gift cards and says what is on them. To pay with one, name its code in `checkout.quote`. */
export class GiftCardService {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /**
   * Makes a gift card with an amount on it. Staff only. The code cannot be read again: should the answer be lost, disable the card and issue another.
   *
   * @param params - `currency` defaults to the shop's; `expiresAt` to never; `note` is for staff.
   * @throws FORBIDDEN, INVALID_INPUT for an expiry that has passed, IDEMPOTENCY_KEY_REUSED
   * @example
   * const { code } = await commerce.giftCards.issue({ actor: staff, amountMinor: 100_00 })
   */
  async issue(params: IssueGiftCardInput): Promise<IssuedGiftCard> {
    const { actor, idempotencyKey, ...rest } = parseInput(issueGiftCardInput, params)
    requireStaff(actor)
    const { amountMinor, currency = this.#context.currency, expiresAt = null, note = null } = rest
    const code = giftCardCode(this.#context.random)
    const call = { scope: idempotencyScope(actor), operation: 'giftCards.issue', key: idempotencyKey, params: rest }
    let made: CreditAccountId | undefined
    return runAndAnswer(
      this.#context,
      call,
      async (tx) => {
        if (expiresAt !== null && expiresAt <= tx.now) throw inPast()
        const account = newAccount(this.#context, tx.now, { kind: 'gift_card', currency, expiresAt, note, ...readGiftCardCode(code) })
        if ((await tx.credit.open(account)) === 'exists') throw new CommerceError('CONFLICT', { details: { object: 'gift card' } })
        await postEntry(this.#context, tx, account, { change: 'issue', amountMinor, reference: 'issue', note, actor: actorRecord(actor) })
        made = account.id
        return account.id
      },
      async (tx, id) => ({ giftCard: viewGiftCard(await requireGiftCard(tx, id)), code: id === made ? code : null }),
    )
  }

  /** A gift card by its id, or by its code. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async find(params: FindGiftCardInput): Promise<GiftCard> {
    const { actor, ...rest } = parseInput(findGiftCardInput, params)
    requireStaff(actor)
    const key = 'code' in rest ? { codeHash: readGiftCardCode(rest.code).codeHash } : { id: rest.giftCardId as CreditAccountId }
    return viewGiftCard(giftCardOr404(await this.#read((snapshot) => snapshot.credit.find({ key }))))
  }

  /** All gift cards, newest first, in one status if asked for. Staff only. @throws FORBIDDEN */
  async list(params: ListGiftCardsInput): Promise<Page<GiftCard>> {
    const { actor, status, limit, after } = parseInput(listGiftCardsInput, params)
    requireStaff(actor)
    const query = { kind: 'gift_card', limit, ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) } as const
    const page = await this.#read((snapshot) => snapshot.credit.list(query))
    return { items: page.items.map(viewGiftCard), next: page.next }
  }

  /** Every movement of a card's balance, newest first, with who caused it. Staff only. @throws NOT_FOUND, FORBIDDEN */
  async entries(params: GiftCardEntriesInput): Promise<Page<CreditEntry>> {
    const { actor, giftCardId, limit, after } = parseInput(giftCardEntriesInput, params)
    requireStaff(actor)
    return this.#read(async (snapshot) => {
      const { id: accountId } = await requireGiftCard(snapshot, giftCardId as CreditAccountId)
      return snapshot.credit.entries({ accountId, limit, ...(after === undefined ? {} : { after }) })
    })
  }

  /** Ends that a card can be spent, as when it was lost or stolen; what is on it stays. Orders that it has paid are left alone. Staff only. @throws NOT_FOUND, FORBIDDEN, CONFLICT */
  async disable(params: OfGiftCardInput): Promise<GiftCard> {
    return this.#move(params, 'disable')
  }

  /** Lets a disabled card be spent again. Staff only. @throws NOT_FOUND, FORBIDDEN, CONFLICT */
  async enable(params: OfGiftCardInput): Promise<GiftCard> {
    return this.#move(params, 'enable')
  }

  /**
   * Puts an amount on a card, or with a negative one takes it off. Staff only. With an `idempotencyKey`, repeating the call does nothing more.
   *
   * @throws NOT_FOUND, FORBIDDEN, CREDIT_INSUFFICIENT
   */
  async adjust(params: AdjustGiftCardInput): Promise<GiftCard> {
    const { actor, idempotencyKey, ...rest } = parseInput(adjustGiftCardInput, params)
    requireStaff(actor)
    const id = rest.giftCardId as CreditAccountId
    return runAndAnswer(
      this.#context,
      { scope: idempotencyScope(actor), operation: 'giftCards.adjust', key: idempotencyKey, params: rest },
      async (tx) => {
        const { amountMinor, note } = rest
        await postEntry(this.#context, tx, await requireGiftCard(tx, id), { change: 'adjust', amountMinor, note, actor: actorRecord(actor) })
        return id
      },
      async (tx) => viewGiftCard(await requireGiftCard(tx, id)),
    )
  }

  /**
   * What can be spent of a card, for whoever has its code. Attempts are limited (`giftCard` of the shop's `rateLimits`), staff apart.
   *
   * @param params - `client` is where the request comes from, e.g. an address, whose attempts count together.
   * @throws NOT_FOUND, RATE_LIMITED, DEPENDENCY_UNAVAILABLE while nobody can count
   */
  async balance(params: GiftCardCodeInput): Promise<GiftCardBalance> {
    const { actor, code, client } = parseInput(giftCardCodeParams, params)
    await countCodeAttempt(this.#context, actor, client)
    return this.#read(async (snapshot) => {
      const card = giftCardOr404(await snapshot.credit.find({ key: { codeHash: readGiftCardCode(code).codeHash } }))
      const { lastFour, currency, expiresAt } = card
      return { lastFour: lastFour ?? '', currency, spendableMinor: spendableMinor(card, snapshot.now), expiresAt }
    })
  }

  /**
   * Moves all that is on a card to the store credit of a customer, who then needs no code. Attempts are limited as for `balance`.
   *
   * @returns what the store credit has then.
   * @throws FORBIDDEN for anybody but a customer, NOT_FOUND, GIFT_CARD_UNUSABLE, CREDIT_INSUFFICIENT when the card is spent meanwhile, RATE_LIMITED
   */
  async claim(params: GiftCardCodeInput): Promise<{ readonly claimedMinor: number; readonly balanceMinor: number; readonly currency: string }> {
    const { actor, code, client } = parseInput(giftCardCodeParams, params)
    if (actor.type !== 'customer') throw new CommerceError('FORBIDDEN', { details: { required: 'customer' } })
    await countCodeAttempt(this.#context, actor, client)
    const { codeHash } = readGiftCardCode(code)
    const customerId = actor.customerId as CustomerId
    return this.#write((tx) => claimGiftCard(this.#context, tx, { codeHash, customerId, actor: actorRecord(actor) }))
  }

  async #move(params: OfGiftCardInput, event: CreditEvent): Promise<GiftCard> {
    const { actor, giftCardId } = parseInput(ofGiftCardInput, params)
    requireStaff(actor)
    return this.#write(async (tx) => {
      const before = await requireGiftCard(tx, giftCardId as CreditAccountId)
      const status = nextState(creditMachine, before.status, event)
      if (status === undefined) return viewGiftCard(before)
      const account: CreditAccount = { ...before, status, updatedAt: tx.now, version: before.version + 1 }
      if ((await tx.credit.save({ account, expectedVersion: before.version })) === 'stale')
        throw new CommerceError('CONFLICT', { details: { object: 'gift card' } })
      await tx.outbox.append([creditEvent(this.#context, tx.now, account, { change: status, amountMinor: 0, orderId: null })])
      return viewGiftCard(account)
    })
  }

  #read<T>(work: (snapshot: StorageSnapshot) => Promise<T>): Promise<T> {
    return this.#context.storage.snapshot(this.#context.clock.now(), work, { fresh: true })
  }

  #write<T>(work: (tx: StorageTransaction) => Promise<T>): Promise<T> {
    return this.#context.storage.transaction(this.#context.clock.now(), work)
  }
}

async function requireGiftCard({ credit }: Pick<StorageSnapshot, 'credit'>, id: CreditAccountId): Promise<CreditAccount> {
  return giftCardOr404(await credit.find({ key: { id } }))
}

function giftCardOr404(account: CreditAccount | undefined): CreditAccount {
  if (account?.kind !== 'gift_card') throw noSuchGiftCard()
  return account
}

function inPast(): CommerceError {
  return new CommerceError('INVALID_INPUT', { details: { issues: [{ path: 'expiresAt', message: 'must be to come' }] } })
}
