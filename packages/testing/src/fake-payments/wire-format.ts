const dateFields = new Set(['createdAt', 'createdFrom', 'evidenceDueBy'])

/** A value as JSON; undefined at the top becomes `null`. */
export function encode(value: unknown): string {
  return JSON.stringify(value ?? null)
}

/** A value from JSON, with its dates as dates and `null` at the top as undefined. */
export function decode(text: string): unknown {
  const value: unknown = JSON.parse(text, (key, field: unknown) => (dateFields.has(key) && typeof field === 'string' ? new Date(field) : field))
  return value ?? undefined
}
