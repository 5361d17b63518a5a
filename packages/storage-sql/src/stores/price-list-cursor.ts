import { notACursor } from '../engine/page.ts'

/** The code of the last list of a page, as callers carry it. */
export function encodeListCursor(code: string): string {
  return encode([code])
}

/** @throws INVALID_INPUT */
export function decodeListCursor(text: string): string {
  const [code, ...rest] = decode(text)
  if (typeof code !== 'string' || rest.length > 0) throw notACursor()
  return code
}

/** The SKU and quantity of the last price of a page, as callers carry it. */
export function encodeStepCursor({ sku, minQuantity }: { readonly sku: string; readonly minQuantity: number }): string {
  return encode([sku, minQuantity])
}

/** @throws INVALID_INPUT */
export function decodeStepCursor(text: string): { readonly sku: string; readonly minQuantity: number } {
  const [sku, minQuantity, ...rest] = decode(text)
  if (typeof sku !== 'string' || typeof minQuantity !== 'number' || !Number.isSafeInteger(minQuantity) || rest.length > 0) throw notACursor()
  return { sku, minQuantity }
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function decode(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    // A text that holds NUL is none that Postgres could be asked for.
    if (Array.isArray(parts) && encode(parts) === text && !parts.some((part) => typeof part === 'string' && part.includes('\0'))) return parts
  } catch {
    // Told below, as everything else that is no cursor.
  }
  throw notACursor()
}
