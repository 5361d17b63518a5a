import type { AuditCheckId } from '@cartwright/core/ports'
import { expect, it } from 'vitest'
import { openShop } from './small-shop.ts'
import { auditTime, type TradingShop, tradingShop } from './trading-shop.ts'

/** Something wrong, written into a sound shop behind the stores' back. */
export interface Plant {
  readonly name: string
  /** The statements that write it. */
  readonly sql: (shop: TradingShop) => string
  /** How the schema refuses it, and the table that must lose its constraints for the audit to have something to find. */
  readonly refused?: { readonly by: string; readonly table: string }
  /** What a sample of the check says. */
  readonly found: (shop: TradingShop) => Readonly<Record<string, unknown>>
}

let original: Promise<TradingShop> | undefined

/** A trading shop of one's own; building it happens once. */
export async function ownTradingShop(): Promise<TradingShop> {
  original ??= tradingShop()
  const built = await original
  return { ...built, ...(await openShop(built.raw.serialize())) }
}

/** One test per plant: the schema refuses it, or the audit names it, or both. */
export function itNames(check: AuditCheckId, plants: readonly Plant[]): void {
  for (const plant of plants) {
    it(`${check} names ${plant.name}${plant.refused === undefined ? '' : ', which the schema refuses'}`, async () => {
      const shop = await ownTradingShop()
      const sql = plant.sql(shop)
      if (plant.refused !== undefined) {
        expect(() => shop.raw.exec(sql)).toThrow(plant.refused.by)
        dropConstraints(shop, plant.refused.table)
      }
      expect(offences(await shop.audit(auditTime))).toEqual([])
      if (plant.refused !== undefined) shop.raw.pragma('foreign_keys = OFF')
      shop.raw.exec(sql)
      const result = (await shop.audit(auditTime)).find(({ id }) => id === check)
      expect(result?.samples).toContainEqual(expect.objectContaining(plant.found(shop)))
    })
  }
}

export function offences(results: Awaited<ReturnType<TradingShop['audit']>>): readonly unknown[] {
  return results.filter(({ violations }) => violations > 0)
}

/** Puts the rows of a table into a new one of its name: without keys, checks, indexes and strict types. */
function dropConstraints({ raw }: TradingShop, table: string): void {
  raw.pragma('foreign_keys = OFF')
  raw.pragma('legacy_alter_table = ON')
  raw.exec(`CREATE TABLE bare AS SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE bare RENAME TO ${table}`)
}
