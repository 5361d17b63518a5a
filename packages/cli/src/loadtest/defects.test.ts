import { expect, test } from 'vitest'
import { defectCodes } from './defects.ts'

const result = { count: 9, perSecond: 1, p50: 1, p95: 1, p99: 1, max: 1, errors: 1, errorExamples: {}, refusals: {}, retries: 0 }

test('what a busy or absent database says is no defect, a broken rule and an unknown error are', () => {
  const operations = {
    'checkout.place': { ...result, errorCodes: { STORAGE_BUSY: 3, UNEXPECTED: 1, OUTCOME_UNKNOWN: 1 } },
    'carts.create': { ...result, errorCodes: { CONSTRAINT_VIOLATION: 1, NOT_STARTED: 2, PROVIDER_UNAVAILABLE: 1 } },
  }
  expect(defectCodes(operations)).toEqual(['CONSTRAINT_VIOLATION', 'UNEXPECTED'])
  expect(defectCodes({ 'carts.create': { ...result, errorCodes: { STORAGE_BUSY: 1 } } })).toEqual([])
})
