/** Why a row or a product of the file was not imported. Codes of the catalogue's own checks come through unchanged. */
export type RejectionCode =
  | 'BAD_ENCODING'
  | 'NUL_BYTE'
  | 'TOO_LONG'
  | 'UNREADABLE'
  | 'MALFORMED_ROW'
  | 'WRONG_COLUMN_COUNT'
  | 'INVALID_JSON'
  | 'MISSING_HANDLE'
  | 'MISSING_TITLE'
  | 'MISSING_SKU'
  | 'MISSING_PRICE'
  | 'NO_VARIANTS'
  | 'EMPTY_ROW'
  | 'TOO_MANY_ROWS'
  | 'HANDLE_REPEATED'
  | 'DUPLICATE_SKU'
  | 'DUPLICATE_PRICE'
  | 'DUPLICATE_OPTIONS'
  | 'INVALID_PRICE'
  | 'INVALID_QUANTITY'
  | 'INVALID_WEIGHT'
  | 'INVALID_NUMBER'
  | 'INVALID_BOOLEAN'
  | 'INVALID_OPTIONS'
  | 'UNKNOWN_CURRENCY'
  | 'UNKNOWN_VALUE'
  | 'INVALID_DATE'
  | 'UNKNOWN_PARENT'
  | 'UNSUPPORTED_TYPE'
  | 'SHARED_STOCK'
  | 'OTHER_TAX'
  | 'MISSING_LIST'
  | 'UNKNOWN_LIST'
  | 'UNKNOWN_SKU'
  | 'OTHER_CURRENCY'

/** One thing that was wrong with the file. */
export interface Rejection {
  /** The physical line on which the row begins; the file's first line is 1. */
  readonly line: number
  /** The column or field at fault; null when it is the row as a whole. */
  readonly column: string | null
  readonly code: string
  readonly message: string
}

/** What is wrong, before it is known where. */
export interface Problem {
  readonly code: RejectionCode
  readonly message: string
}

/** Of a variant that is taxed otherwise than its product, which cannot be: it is imported all the same. */
export function otherTax(own: string, ofProduct: string): Problem {
  return { code: 'OTHER_TAX', message: `The variant would be taxed as "${own}", but all of its product are as "${ofProduct}"` }
}

export function rejection(line: number, column: string | null, problem: Problem): Rejection {
  return { line, column, code: problem.code, message: problem.message }
}

/** A record of the source file: a CSV row by column, or a JSON object. */
export interface SourceRow {
  readonly line: number
  readonly values: Readonly<Record<string, unknown>>
}

/** What a reader makes of the file's records, in file order. A rejected record takes its place in the stream. */
export type ReadRow = { readonly row: SourceRow } | { readonly rejected: Rejection }
