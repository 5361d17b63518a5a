import { type Commerce, isCommerceError } from '@cartwright/core'
import type { PaymentProvider } from '@cartwright/core/ports'
import { type FakePayments, fakePayments, type ManualClock, manualClock, seededIds, seededRandom } from '@cartwright/testing'
import { testShop } from '../test-shop.ts'

/** The process died here. */
class Died extends Error {}

/** A seeded stream of numbers from 0 up to 1. */
export function seededNumbers(seed: number): () => number {
  const random = seededRandom(seed)
  return () => random.integer(0, 2 ** 30 - 1) / 2 ** 30
}

export interface ShakyShop {
  readonly commerce: Commerce
  readonly bank: FakePayments
  readonly clock: ManualClock
  /** Codes of rows that a job could not do, and of crashes; `UNEXPECTED` is an error that is not the library's. */
  readonly jobErrors: string[]
  /** How likely a call to the bank goes wrong, and a step kills its call. */
  readonly faults: { rate: number; crash: number; blind: number }
}

const unknown = { outcome: 'unknown', cause: new Error('reset') } as const

/** A shop whose bank loses requests and answers, does not find what it has, and whose calls die at any step: all decided by `next`. */
export async function shakyShop(next: () => number): Promise<ShakyShop> {
  const clock = manualClock(new Date('2026-03-01T12:00:00Z'))
  const bank = fakePayments({ now: clock.date })
  const faults = { rate: 0, crash: 0, blind: 0 }
  const jobErrors: string[] = []
  const wait = async () => {
    for (let turns = Math.floor(next() * 4); turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve))
  }
  const shaky = (name: 'start' | 'capture' | 'void' | 'refund') => async (params: never) => {
    await wait()
    const luck = next()
    if (luck < faults.rate / 2) return unknown
    const answer = await (bank[name] as (params: never) => Promise<unknown>)(params)
    await wait()
    return luck < faults.rate ? unknown : answer
  }
  const unsure = (name: 'getPayment' | 'findByOurId') => async (params: never) => {
    await wait()
    const luck = next()
    if (luck < faults.rate) throw new Error('reset')
    if (name === 'findByOurId' && luck < faults.rate + faults.blind) return []
    const answer = await (bank[name] as (params: never) => Promise<unknown>)(params)
    await wait()
    return answer
  }
  const calls: Record<string, unknown> = { getPayment: unsure('getPayment'), findByOurId: unsure('findByOurId') }
  for (const name of ['start', 'capture', 'void', 'refund'] as const) calls[name] = shaky(name)
  const provider = new Proxy(bank, { get: (target, name) => calls[name as string] ?? Reflect.get(target, name) }) as unknown as PaymentProvider
  const probe = async (step: string) => {
    if (next() < faults.crash) throw new Died(step)
  }
  const note = (fields: object) => {
    const { error } = fields as { error?: unknown }
    if (error !== undefined) jobErrors.push(nameOf(error))
  }
  const random = { bytes: (count: number) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) }
  const logger = { debug() {}, info() {}, warn: note, error: note }
  const { commerce } = await testShop({ payments: [provider], clock, probe, logger, random, ids: seededIds(random, clock) })
  return { commerce, bank, clock, jobErrors, faults }
}

export function nameOf(error: unknown): string {
  if (error instanceof Died) return 'died'
  return isCommerceError(error) ? error.code : `UNEXPECTED ${String(error)}`
}
