import { DatabaseSync } from 'node:sqlite'
import type { Commerce } from '@cartwright/core'
import type { PaymentProvider, Storage } from '@cartwright/core/ports'

/** A fault, in one or more of the layers a shop is built from. What is left out stays sound. */
export interface Plant {
  /** A layer over the sound storage. */
  readonly storage?: (storage: Storage, provider: PaymentProvider) => Storage
  /** A layer over the payment provider. */
  readonly provider?: (provider: PaymentProvider) => PaymentProvider
  /** A layer over the shop itself. */
  readonly commerce?: (commerce: Commerce) => Commerce
  /** Statements that spoil a migrated database, in the words of each engine that has them; on SQLite safe to run again. */
  readonly sql?: { readonly sqlite?: string; readonly postgres?: string }
  /** Settings of the Postgres server, for a case that has one of its own. */
  readonly server?: readonly string[]
}

/** The parts of a shop with the fault in them; the parts themselves without one. */
export function planted(plant: Plant | undefined, parts: { readonly storage: Storage; readonly provider: PaymentProvider }) {
  const provider = plant?.provider?.(parts.provider) ?? parts.provider
  const storage = plant?.storage?.(parts.storage, provider) ?? parts.storage
  return { storage, provider, commerce: (commerce: Commerce): Commerce => plant?.commerce?.(commerce) ?? commerce }
}

/** Spoils the database of a file, if the fault wants that. */
export function spoilFile(plant: Plant | undefined, file: string): void {
  if (plant?.sql?.sqlite === undefined) return
  const database = new DatabaseSync(file)
  try {
    database.exec(plant.sql.sqlite)
  } finally {
    database.close()
  }
}
