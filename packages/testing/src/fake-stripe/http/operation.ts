import type { z } from 'zod'
import type { StripeBooks } from '../books/stripe-books.ts'
import type { FormParameters } from './form-encoding.ts'
import { readParameters } from './parameters.ts'

export interface Call<P> {
  readonly books: StripeBooks
  readonly params: P
  /** What stands in the path's place for an id; empty when it has none. */
  readonly id: string
  /** The API version that the caller asked for, e.g. `2026-10-28.endive`. */
  readonly apiVersion: string
  /** Where the fake listens, e.g. `http://127.0.0.1:40213`. */
  readonly url: string
}

/** One method and path of Stripe's API, as the fake has it. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** As in Stripe's description, e.g. `/v1/payment_intents/{intent}`. */
  readonly path: string
  /** Reads the parameters. @throws StripeRefusal before anything is carried out */
  prepare(parameters: FormParameters): (context: Omit<Call<unknown>, 'params'>) => unknown
}

/** Declares an operation: its parameters are what the schema says, others are refused. */
export function operation<P>(method: Operation['method'], path: string, schema: z.ZodType<P>, run: (call: Call<P>) => unknown): Operation {
  return {
    method,
    path,
    prepare: (parameters) => {
      const params = readParameters(schema, parameters)
      return (context) => run({ ...context, params })
    },
  }
}
