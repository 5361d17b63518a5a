import { invalidParameter } from '../http/stripe-refusal.ts'

interface TypeParameters {
  readonly allowed_payment_method_types?: readonly string[] | undefined
  readonly automatic_payment_methods?: unknown
  readonly payment_method_types?: readonly string[] | undefined
}

/** The first version in which types can no longer be prescribed, only allowed. */
const withoutTypes = '2026-09-30'

/**
 * The types of method that a request prescribes or allows; undefined when the dashboard is to choose them.
 *
 * @throws StripeRefusal before anything is carried out, for two ways at once, and for `payment_method_types` in versions that do not have it any more
 */
export function methodTypes(params: TypeParameters, apiVersion: string): readonly string[] | undefined {
  if (params.payment_method_types !== undefined && apiVersion >= withoutTypes)
    throw invalidParameter('This API version has allowed_payment_method_types in its place.', {
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    })
  const ways = (['allowed_payment_method_types', 'payment_method_types', 'automatic_payment_methods'] as const).filter((name) => params[name] !== undefined)
  const [first = '', second] = ways
  const off = second === 'automatic_payment_methods' && first === 'payment_method_types' && !isEnabled(params.automatic_payment_methods)
  if (second !== undefined && !off) throw invalidParameter(`Either ${first} or ${second}, not both.`, { code: 'parameters_exclusive', param: first })
  return params.allowed_payment_method_types ?? params.payment_method_types
}

function isEnabled(automatic: unknown): boolean {
  return (automatic as { readonly enabled?: boolean } | undefined)?.enabled === true
}
