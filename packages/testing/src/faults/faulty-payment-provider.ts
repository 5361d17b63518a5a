import { CommerceError, type PaymentProvider, type ProviderChange } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'

export type ChangingCall = 'start' | 'capture' | 'void' | 'refund'
export type LookUpCall = 'getPayment' | 'findByOurId' | 'getRefund' | 'findRefunds' | 'getDispute' | 'findDisputes' | 'listPayments' | 'listEvents'

/**
 * What can go wrong between a shop and its bank.
 *
 * - `request_lost`: the bank never hears of it. A changing request is `unknown`, a look-up throws `PROVIDER_UNAVAILABLE`.
 * - `answer_lost`: the bank does it, and the caller learns as little.
 * - `late`: a changing request is given up as `unknown` and reaches the bank afterwards, before a later call; a look-up is let through.
 * - `repeated`: a changing request reaches the bank twice; a look-up is let through.
 * - `blind`: a look-up finds nothing, as before the bank's own replicas have caught up; a changing request is let through.
 */
export type ProviderFault = 'request_lost' | 'answer_lost' | 'late' | 'repeated' | 'blind'

/** How many calls a late request lets pass. */
const lateByCalls = 3

/** A bank behind a bad line. */
export interface FaultyPaymentProvider extends PaymentProvider {
  /** Lets what is still on its way arrive. */
  deliverLate(): Promise<void>
}

/**
 * The same bank, with faults. It keeps the contract of the port: a changing request answers `unknown`, a look-up throws `PROVIDER_UNAVAILABLE`.
 *
 * @param plan - is asked at every changing request and look-up.
 */
export function faultyPaymentProvider(provider: PaymentProvider, plan: FaultPlan<ChangingCall | LookUpCall, ProviderFault>): FaultyPaymentProvider {
  const line = new BadLine(provider.name, plan)
  return {
    name: provider.name,
    ...(provider.live === undefined ? {} : { live: provider.live }),
    start: (params) => line.change('start', params, (again) => provider.start(again)),
    capture: (params) => line.change('capture', params, (again) => provider.capture(again)),
    void: (params) => line.change('void', params, (again) => provider.void(again)),
    refund: (params) => line.change('refund', params, (again) => provider.refund(again)),
    getPayment: (params) => line.lookUp('getPayment', undefined, () => provider.getPayment(params)),
    findByOurId: (params) => line.lookUp('findByOurId', [], () => provider.findByOurId(params)),
    getRefund: (params) => line.lookUp('getRefund', undefined, () => provider.getRefund(params)),
    findRefunds: (params) => line.lookUp('findRefunds', [], () => provider.findRefunds(params)),
    getDispute: (params) => line.lookUp('getDispute', undefined, () => provider.getDispute(params)),
    findDisputes: (params) => line.lookUp('findDisputes', [], () => provider.findDisputes(params)),
    listPayments: (params) => line.lookUp('listPayments', { items: [], next: null }, () => provider.listPayments(params)),
    listEvents: (params) => line.lookUp('listEvents', { items: [], next: null }, () => provider.listEvents(params)),
    ...(provider.isOldNews === undefined ? {} : { isOldNews: provider.isOldNews }),
    verifyWebhook: (params) => provider.verifyWebhook(params),
    chargeable: (amount) => provider.chargeable(amount),
    deliverLate: () => line.deliver(Number.POSITIVE_INFINITY),
  }
}

/** A request that its caller has given up. */
interface LateRequest {
  readonly dueAtCall: number
  readonly send: () => Promise<unknown>
}

class BadLine {
  readonly #name: string
  readonly #plan: FaultPlan<ChangingCall | LookUpCall, ProviderFault>
  #late: LateRequest[] = []
  #calls = 0

  constructor(name: string, plan: FaultPlan<ChangingCall | LookUpCall, ProviderFault>) {
    this.#name = name
    this.#plan = plan
  }

  async change<Params extends { readonly signal: AbortSignal }, T>(
    call: ChangingCall,
    params: Params,
    send: (params: Params) => Promise<ProviderChange<T>>,
  ): Promise<ProviderChange<T>> {
    const fault = await this.#nextFault(call)
    if (fault === 'request_lost') return lost(call)
    if (fault === 'late') {
      // Its caller's deadline is over by then.
      this.#late.push({ dueAtCall: this.#calls + lateByCalls, send: () => send({ ...params, signal: new AbortController().signal }) })
      return lost(call)
    }
    if (fault === 'repeated') await send(params)
    const answer = await send(params)
    return fault === 'answer_lost' ? lost(call) : answer
  }

  async lookUp<T>(call: LookUpCall, nothing: T, ask: () => Promise<T>): Promise<T> {
    const fault = await this.#nextFault(call)
    if (fault === 'request_lost') throw this.#unavailable()
    if (fault === 'blind') return nothing
    const answer = await ask()
    if (fault === 'answer_lost') throw this.#unavailable()
    return answer
  }

  /** Sends what is due by a call of this number. */
  async deliver(byCall: number): Promise<void> {
    const due = this.#late.filter(({ dueAtCall }) => dueAtCall <= byCall)
    this.#late = this.#late.filter(({ dueAtCall }) => dueAtCall > byCall)
    for (const { send } of due) await send()
  }

  async #nextFault(call: ChangingCall | LookUpCall): Promise<ProviderFault | undefined> {
    this.#calls += 1
    if (this.#late.length > 0) await this.deliver(this.#calls)
    return this.#plan.next(call)
  }

  #unavailable(): CommerceError {
    return new CommerceError('PROVIDER_UNAVAILABLE', { details: { provider: this.#name }, message: 'injected fault: the look-up failed' })
  }
}

function lost(call: ChangingCall): { readonly outcome: 'unknown'; readonly cause: Error } {
  return { outcome: 'unknown', cause: new Error(`injected fault: nothing came back of ${call}`) }
}
