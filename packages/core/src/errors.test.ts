import { expect, test } from 'vitest'
import { CommerceError, errorTable, isCommerceError } from './errors.ts'

test('an error carries its row of the table, its details and its cause', () => {
  const cause = new Error('below')
  const error = new CommerceError('OUT_OF_STOCK', { details: { sku: 'MUG', requested: 2, available: 1 }, cause })
  expect(error).toMatchObject({
    name: 'CommerceError',
    kind: 'refused',
    retryable: false,
    message: `${errorTable.OUT_OF_STOCK.meaning} (sku: MUG, requested: 2, available: 1)`,
    cause,
  })
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    code: 'OUT_OF_STOCK',
    kind: 'refused',
    message: error.message,
    retryable: false,
    details: { sku: 'MUG', requested: 2, available: 1 },
  })
})

test('errors are told by code, also those of another copy of the package', () => {
  const error = new CommerceError('CONFLICT', { details: { object: 'order' }, message: 'order moved on' })
  const foreign = Object.assign(new Error('from elsewhere'), { name: 'CommerceError', code: 'CONFLICT' })
  for (const one of [error, foreign]) {
    expect(isCommerceError(one)).toBe(true)
    expect(isCommerceError(one, 'CONFLICT')).toBe(true)
    expect(isCommerceError(one, 'NOT_FOUND')).toBe(false)
  }
  for (const other of [new Error('CONFLICT'), { code: 'CONFLICT' }, undefined, 'CONFLICT']) expect(isCommerceError(other)).toBe(false)
})

test('what may be retried is a conflict, unavailable or unknown, or was asked for too often, and nothing else', () => {
  for (const [code, row] of Object.entries(errorTable))
    expect(row.retryable, code).toBe(['conflict', 'unavailable', 'unknown'].includes(row.kind) || code === 'RATE_LIMITED')
})
