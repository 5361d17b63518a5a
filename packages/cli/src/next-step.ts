import { type CommerceError, type ErrorCode, isCommerceError } from '@cartwright/core'

const steps: Partial<Record<ErrorCode, string>> = {
  NOT_FOUND: 'Check the number or id; `cartwright orders list` shows what there is.',
  STORAGE_BUSY: 'Another process is writing to the database. Try again when it is done.',
  STORAGE_UNAVAILABLE: 'Check that the folder exists, that you may write to it and that the disk has room; then run `cartwright doctor`.',
  SCHEMA_MISMATCH: 'Use the version of Cartwright that made this database, or a newer one. `cartwright migrate status` shows what is applied.',
  MIGRATION_PENDING: 'Run `cartwright migrate`.',
  CUSTOMER_BUSY: 'Send or cancel these orders first, or repeat with --force where they are paid.',
  NOTHING_TO_REFUND: '`cartwright orders show` says what was shipped and refunded; units in a return are refunded with `cartwright returns refund`.',
  CREDIT_INSUFFICIENT: '`cartwright gift-cards show` and `cartwright credit show` say what there is.',
  REFUND_TOO_MUCH: '`cartwright orders show` says what was paid and refunded.',
  VOUCHER_TAKEN: '`cartwright vouchers show` says what the code leads to.',
  PROVIDER_UNAVAILABLE: 'Try again later; nothing was changed.',
  CONSTRAINT_VIOLATION: 'Run `cartwright audit` and report what it finds.',
}

/** Where to look for an object that was not found, if orders are not the place. */
const lists: Readonly<Record<string, string>> = {
  'provider event': 'Check its id; `cartwright webhooks list` shows what has come, and `--provider` says from whom.',
  customer: 'Check the id or the address of mail; `cartwright customers list` shows whom there is.',
  return: 'Check its id; `cartwright returns list` shows what there is.',
  voucher: 'Check the code; `cartwright vouchers list --promotion ID` shows those of a promotion.',
  promotion: 'Check its id; `cartwright vouchers list` shows what there is.',
  review: 'Check its id; `cartwright reviews list --all` shows what there is.',
  'gift card': 'Check its id or its code; `cartwright gift-cards list` shows what there is.',
  payment: 'Check its id; `cartwright orders show --json` has those of an order.',
}

/** What to do about an error, in one sentence; null when its message says all. */
export function nextStep(error: CommerceError): string | null {
  if (isCommerceError(error, 'NOT_FOUND') && lists[error.details.object] !== undefined) return lists[error.details.object] ?? null
  return steps[error.code] ?? (error.retryable ? 'Try again.' : null)
}
