/** A wish to end that came from outside. */
export interface StopSignal {
  readonly signal: AbortSignal
  /** Listens no more. */
  readonly forget: () => void
}

/**
 * The first Ctrl-C, or the first signal of those named, asks to end; another one ends the process at once, as without this.
 *
 * @param onStop - hears of it.
 */
export function stopSignal(onStop: () => void = () => undefined, names: readonly NodeJS.Signals[] = ['SIGINT']): StopSignal {
  const controller = new AbortController()
  const listen = (): void => {
    forget()
    onStop()
    controller.abort()
  }
  const forget = (): void => {
    for (const name of names) process.off(name, listen)
  }
  for (const name of names) process.once(name, listen)
  return { signal: controller.signal, forget }
}
