import type { Commerce } from '@cartwright/core'
import type { SeededRandom } from '../seeded-random.ts'
import type { KeyedCall } from './keyed-call.ts'
import type { ShopPlan } from './shop-plan.ts'
import type { SimulatedServer } from './simulated-server.ts'
import type { World } from './world.ts'

export const address = { name: 'Ada Lovelace', line1: '12 St James Square', city: 'London', postalCode: 'SW1Y 4JH', country: 'GB' }
export const staff = { type: 'admin', id: 'ops-1' } as const

type Money = { readonly amountMinor: number; readonly currency: string }
type BuyingActor = { readonly type: 'guest'; readonly token: string } | { readonly type: 'customer'; readonly customerId: string }

/** Somebody with a cart. A customer may have several. */
export interface Buyer {
  readonly actor: BuyingActor
  readonly cartId: string
  /** The address of mail of a guest, whose promotions are counted by it. */
  readonly email?: string
  /** What the newest quote came to, and what credit left of it. */
  total: Money | undefined
  dueMinor: number | undefined
  /** Placing calls of this cart. */
  readonly placements: KeyedCall[]
}

/** What every step of a simulation works with. */
export interface Cast {
  readonly world: World
  readonly plan: ShopPlan
  readonly buyers: Buyer[]
  readonly keyedCalls: KeyedCall[]
  /** Numbers keys, names and references. */
  counter: number
}

/** One step: `random` makes its choices, `server` is the process that is asked. */
export interface Scene extends Cast {
  readonly cast: Cast
  readonly random: SeededRandom
  readonly server: SimulatedServer
  readonly commerce: Commerce
}

export type Operation = (scene: Scene) => Promise<void>

/** One of those there are, if any. */
export function anyOf<T>(random: SeededRandom, from: readonly T[]): T | undefined {
  return from.length === 0 ? undefined : random.pick(from)
}

/** Remembers a keyed call and sends it. */
export async function sendKeyed<T>({ cast, world, server }: Scene, call: KeyedCall<T>): Promise<void> {
  cast.keyedCalls.push(call as KeyedCall)
  await call.run(world, server)
}

/** A number that no other name, key or reference of the run has. */
export function nextNumber({ cast }: Scene): number {
  cast.counter += 1
  return cast.counter
}
