import type { StripeBooks } from '../books/stripe-books.ts'
import type { StripeErrorBody } from '../books/stripe-objects.ts'
import type { FaultSource, RequestFate } from '../faults/fault-source.ts'
import { checkExpansions, expanded } from './expansions.ts'
import { decodeForm, type FormParameters } from './form-encoding.ts'
import { IdempotencyKeys, type StoredAnswer } from './idempotency-keys.ts'
import type { Operation } from './operation.ts'
import type { LoggedRequest } from './request-log.ts'
import { router } from './router.ts'
import { StripeRefusal } from './stripe-refusal.ts'

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
  header(name: string): string | null
}

export type RawAnswer =
  | { readonly kind: 'answer'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  | { readonly kind: 'cut' }
  | { readonly kind: 'silence' }

/** Says what Stripe's description has against a request or an answer. */
export interface DescriptionCheck {
  request(operation: Operation, parameters: FormParameters): readonly string[]
  response(operation: Operation, status: number, body: unknown): readonly string[]
}

export interface AnswerOptions {
  readonly books: StripeBooks
  readonly operations: readonly Operation[]
  readonly faults: FaultSource
  readonly apiKey: string
  readonly apiVersion: string
  readonly url: string
  readonly description: DescriptionCheck | null
  readonly sleep: (ms: number) => Promise<void>
  /** Called before a request is carried out, so that what is due by then has happened. */
  readonly catchUp: () => void
  /** Called before an answer leaves. */
  readonly beforeAnswer: (requestId: string) => Promise<void>
}

/** Answers requests as Stripe does: key, path, idempotency, parameters, and only then the work. */
export class RequestDesk {
  readonly log: LoggedRequest[] = []
  readonly #options: AnswerOptions
  readonly #keys: IdempotencyKeys
  readonly #route: ReturnType<typeof router>

  constructor(options: AnswerOptions) {
    this.#options = options
    this.#keys = new IdempotencyKeys(() => options.books.nowMs())
    this.#route = router(options.operations)
  }

  async answer(request: RawRequest): Promise<RawAnswer> {
    const routed = this.#route(request.method, request.path)
    const route = routed === undefined ? null : `${routed.operation.method} ${routed.operation.path}`
    const params = decodeForm(request.method === 'POST' ? request.body : request.query)
    const logged: LoggedRequest = {
      requestId: `req_${this.#options.books.identifiers.letters(14)}`,
      method: request.method,
      path: request.path,
      route,
      params,
      idempotencyKey: request.method === 'POST' ? request.header('idempotency-key') : null,
      account: request.header('stripe-account'),
      apiVersion: request.header('stripe-version'),
      issues: [],
      fault: null,
      status: null,
      replayed: false,
    }
    this.log.push(logged)
    const fate = this.#options.faults.ofRequest(route ?? `${request.method} elsewhere`)
    logged.fault = fate.fault
    const early = this.#before(fate, logged)
    if (early !== null) return early
    try {
      this.#authorise(request)
      if (routed === undefined) throw unknownPath(request)
      return await this.#keyed(routed.operation, routed.id, logged, fate)
    } catch (error) {
      return this.#failed(logged, error)
    }
  }

  /** What happens in place of any work. */
  #before({ fault }: RequestFate, logged: LoggedRequest): RawAnswer | null {
    switch (fault) {
      case 'reset_before':
        return { kind: 'cut' }
      case 'hang_before':
        return { kind: 'silence' }
      case 'rate_limited':
        return this.#refused(
          logged,
          429,
          { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests; the fake was told to say so.' },
          true,
        )
      case 'conflict':
        return this.#refused(
          logged,
          409,
          { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'Another request is under way; the fake was told to say so.' },
          true,
        )
      case 'unavailable':
        return this.#refused(logged, 503, { type: 'api_error', message: 'Out of service; the fake was told to be.' }, true)
      default:
        return null
    }
  }

  #authorise(request: RawRequest): void {
    const given = request.header('authorization') ?? ''
    const basic = /^Basic (.+)$/i.exec(given)?.[1]
    const key = basic === undefined ? /^Bearer (.+)$/i.exec(given)?.[1] : Buffer.from(basic, 'base64').toString('utf8').split(':')[0]
    if (key !== this.#options.apiKey)
      throw new StripeRefusal(401, { type: 'invalid_request_error', message: 'The API key is missing or wrong.' }, { carriedOut: false })
    const account = request.header('stripe-account')
    if (account !== null && account !== this.#options.books.account)
      throw new StripeRefusal(
        403,
        { type: 'invalid_request_error', code: 'account_invalid', message: `The key gives no access to the account ${account}.` },
        { carriedOut: false },
      )
  }

  async #keyed(operation: Operation, id: string, logged: LoggedRequest, fate: RequestFate): Promise<RawAnswer> {
    const key = logged.idempotencyKey
    const stored = key === null ? null : this.#keys.claim(key, logged.path, logged.params)
    if (stored !== null) {
      logged.replayed = true
      return lost(fate) ?? this.#sent(logged, stored, { 'idempotent-replayed': 'true', 'original-request': stored.requestId })
    }
    if (fate.latencyMs > 0) await this.#options.sleep(fate.latencyMs)
    try {
      const answer = this.#carryOut(operation, id, logged, fate)
      if (key !== null) this.#keys.store(key, answer)
      await this.#options.beforeAnswer(logged.requestId)
      return lost(fate) ?? this.#sent(logged, answer, answer.status === 500 ? { 'stripe-should-retry': 'false' } : {})
    } catch (error) {
      if (key !== null) this.#keys.release(key)
      throw error
    }
  }

  /** The work and its answer, an error too. @throws StripeRefusal when it did not come to the work */
  #carryOut(operation: Operation, id: string, logged: LoggedRequest, fate: RequestFate): StoredAnswer {
    const { books, url, description } = this.#options
    this.#options.catchUp()
    logged.issues.push(...(description?.request(operation, logged.params) ?? []))
    const run = operation.prepare(logged.params)
    const expansions = expansionsOf(logged.params)
    checkExpansions(expansions)
    if (logged.issues.length > 0) throw undescribed(logged.issues)
    const failure: StoredAnswer = {
      status: 500,
      requestId: logged.requestId,
      body: bodyOf({ type: 'api_error', message: 'An error on the side of Stripe; the fake was told to make it.' }),
    }
    if (fate.fault === 'error_before') return failure
    books.request = { id: logged.requestId, idempotency_key: logged.idempotencyKey }
    try {
      const result = run({ books, id, url, apiVersion: logged.apiVersion ?? this.#options.apiVersion })
      const answer = expanded(books, result, expansions)
      logged.issues.push(...(description?.response(operation, 200, answer) ?? []))
      if (fate.fault === 'error_after') return failure
      return { status: 200, requestId: logged.requestId, body: JSON.stringify(answer, null, 2) }
    } catch (error) {
      if (!(error instanceof StripeRefusal) || !error.carriedOut) throw error
      logged.issues.push(...(description?.response(operation, error.status, { error: error.body }) ?? []))
      return { status: error.status, requestId: logged.requestId, body: bodyOf(error.body, logged.requestId) }
    } finally {
      books.request = { id: null, idempotency_key: null }
    }
  }

  #failed(logged: LoggedRequest, error: unknown): RawAnswer {
    if (!(error instanceof StripeRefusal)) throw error
    return this.#refused(logged, error.status, error.body, error.status === 409)
  }

  #refused(logged: LoggedRequest, status: number, body: StripeErrorBody, retry: boolean): RawAnswer {
    return this.#sent(logged, { status, body: bodyOf(body, logged.requestId), requestId: logged.requestId }, { 'stripe-should-retry': String(retry) })
  }

  #sent(logged: LoggedRequest, { status, body }: StoredAnswer, more: Readonly<Record<string, string>>): RawAnswer {
    logged.status = status
    const headers = {
      'content-type': 'application/json',
      'request-id': logged.requestId,
      'stripe-version': logged.apiVersion ?? this.#options.apiVersion,
      ...(logged.idempotencyKey === null ? {} : { 'idempotency-key': logged.idempotencyKey }),
      ...more,
    }
    return { kind: 'answer', status, headers, body }
  }
}

/** What the caller gets in place of an answer that is lost; null when it arrives. */
function lost({ fault }: RequestFate): RawAnswer | null {
  if (fault === 'reset_after') return { kind: 'cut' }
  return fault === 'hang_after' ? { kind: 'silence' } : null
}

function expansionsOf({ expand }: FormParameters): readonly string[] {
  return Array.isArray(expand) ? expand.map(String) : []
}

function bodyOf(error: StripeErrorBody, requestId?: string): string {
  const more = requestId === undefined ? {} : { request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}` }
  return JSON.stringify({ error: { ...error, ...more } }, null, 2)
}

function unknownPath({ method, path }: RawRequest): StripeRefusal {
  return new StripeRefusal(404, { type: 'invalid_request_error', message: `The fake does not have ${method} ${path}.` }, { carriedOut: false })
}

function undescribed(issues: readonly string[]): StripeRefusal {
  return new StripeRefusal(
    400,
    { type: 'invalid_request_error', message: `Stripe's description does not allow this: ${issues.join('; ')}.` },
    { carriedOut: false },
  )
}
