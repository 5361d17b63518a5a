import { sqliteStorage } from '@cartwright/adapters-sqlite'
import type { Commerce } from '@cartwright/core'
import type { Storage } from '@cartwright/core/ports'

/** What a till is told. Plain data: it crosses a process boundary. */
export interface TillSetup {
  /** The file that the shop is kept in, or the address of its Postgres database. */
  readonly place: { readonly file: string } | { readonly postgres: string }
  readonly stripe: { readonly apiKey: string; readonly address: { readonly host: string; readonly port: number | string; readonly protocol: 'http' } }
  readonly cartId: string
  readonly totalMinor: number
}

export const ada = { type: 'customer', customerId: 'ada' } as const

export async function openPlace(place: TillSetup['place']): Promise<Storage> {
  if ('file' in place) return sqliteStorage({ file: place.file })
  const { postgresStorage } = await import('@cartwright/adapters-postgres')
  return postgresStorage({ url: place.postgres })
}

/** Places Ada's cart; repeating it asks for the same again. */
export function placeCart(commerce: Commerce, { cartId, totalMinor }: Pick<TillSetup, 'cartId' | 'totalMinor'>) {
  const expectedTotal = { amountMinor: totalMinor, currency: 'USD' }
  const payment = { provider: 'stripe', method: 'pm_card_visa' }
  return commerce.checkout.place({ actor: ada, cartId, expectedTotal, payment, idempotencyKey: 'the-key' })
}
