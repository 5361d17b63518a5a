/**
 * Waits no longer than the deadline, also for an adapter that ignores the signal. Leaves no timer behind.
 *
 * @param asked - who does not answer, for the error's message.
 * @throws a `TimeoutError` once the time has passed, and what the request throws
 */
export async function underDeadline<T>(asked: string, timeoutMs: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const reason = new DOMException(`${asked} did not answer in time`, 'TimeoutError')
    controller.abort(reason)
    deadline.reject(reason)
  }, timeoutMs)
  try {
    return await Promise.race([request(controller.signal), deadline.promise])
  } finally {
    clearTimeout(timer)
  }
}
