import qs from 'qs'

/** Values as they come over the wire: text, in maps and lists. */
export type FormValue = string | readonly FormValue[] | { readonly [key: string]: FormValue }

export type FormParameters = Readonly<Record<string, FormValue>>

/** Decodes `a[b][0]=c`, as Stripe's libraries write bodies and queries. */
export function decodeForm(text: string): FormParameters {
  return qs.parse(text, { depth: 12, arrayLimit: 1_000, parameterLimit: 10_000, plainObjects: false }) as FormParameters
}
