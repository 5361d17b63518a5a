export { type Actor } from './actor.ts'
export { CommerceError, type ErrorCode, type ErrorDetails, type ErrorKind, errorTable, type InputIssue, isCommerceError, type LineProblem } from './errors.ts'
