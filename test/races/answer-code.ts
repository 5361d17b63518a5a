import { isCommerceError } from '@cartwright/core'

/** What a call came to: `done`, the code of its refusal, or the error in words. */
export function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error: unknown) => (isCommerceError(error) ? error.code : String(error)),
  )
}
