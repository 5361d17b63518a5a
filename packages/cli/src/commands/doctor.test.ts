import { expect, test } from 'vitest'
import { nodeFinding } from './doctor.ts'

test.each([
  ['22.11.9', 'error'],
  ['20.19.0', 'error'],
  ['22.12.0', 'ok'],
  ['24.0.1', 'ok'],
])('Node.js %s is found %s', (version, status) => {
  expect(nodeFinding(version).status).toBe(status)
})
