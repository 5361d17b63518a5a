/** A postal address, kept with the order as it was. */
export interface Address {
  readonly name: string
  readonly line1: string
  readonly line2?: string | undefined
  readonly city: string
  /** State, province or county. */
  readonly region?: string | undefined
  readonly postalCode: string
  /** ISO 3166-1 alpha-2, in capitals. */
  readonly country: string
  readonly phone?: string | undefined
}
