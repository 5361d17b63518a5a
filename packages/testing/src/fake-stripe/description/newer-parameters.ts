/** A parameter of Stripe's API that the description is too old to know. */
interface NewerParameter {
  /** Method and path, as in the description. */
  readonly route: string
  /** Its place, e.g. `payment_intent_data.description`. */
  readonly param: string
  /** The values that are newer; the parameter itself, when there are none. */
  readonly values?: readonly string[]
  /** Where Stripe documents it. */
  readonly documentation: string
}

/** All that the fake takes and the description of 2024-04-10 does not have. Nothing else may be sent. */
export const newerParameters: readonly NewerParameter[] = [
  {
    route: 'POST /v1/checkout/sessions',
    param: 'ui_mode',
    values: ['hosted_page', 'embedded_page'],
    documentation: 'https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-ui_mode',
  },
  {
    route: 'POST /v1/payment_intents',
    param: 'allowed_payment_method_types',
    documentation: 'https://docs.stripe.com/api/payment_intents/create#create_payment_intent-allowed_payment_method_types',
  },
  {
    route: 'POST /v1/setup_intents',
    param: 'allowed_payment_method_types',
    documentation: 'https://docs.stripe.com/api/setup_intents/create#create_setup_intent-allowed_payment_method_types',
  },
  {
    route: 'POST /v1/checkout/sessions',
    param: 'allowed_payment_method_types',
    documentation: 'https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-allowed_payment_method_types',
  },
]

/** A copy of the parameters without what is newer than the description. */
export function withoutNewer(route: string, parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = structuredClone(parameters) as Record<string, unknown>
  for (const newer of newerParameters) if (newer.route === route) remove(copy, newer.param.split('.'), newer.values)
  return copy
}

function remove(owner: Record<string, unknown>, [name = '', ...rest]: readonly string[], values: readonly string[] | undefined): void {
  const value = owner[name]
  if (rest.length > 0) {
    if (typeof value === 'object' && value !== null) remove(value as Record<string, unknown>, rest, values)
    return
  }
  if (values === undefined || values.includes(String(value))) delete owner[name]
}

/** A copy of an answer without the values that are newer than the description: what was sent comes back. */
export function withoutNewerValues(answer: unknown): unknown {
  const isNewer = (key: string, value: unknown): boolean =>
    newerParameters.some(({ param, values }) => param.split('.').at(-1) === key && values?.includes(String(value)) === true)
  return JSON.parse(JSON.stringify(answer), (key, value) => (isNewer(key, value) ? undefined : value))
}
