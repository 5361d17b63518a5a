import { expect, test } from 'vitest'
import { nodeFinding } from './doctor.ts'

test.each([
  ['22.13.9', 'error'],
  ['20.19.0', 'error'],
  ['22.14.0', 'ok'],
  ['24.0.1', 'ok'],
])('Node.js %s is found %s', (version, status) => {
  expect(nodeFinding(version).status).toBe(status)
})
