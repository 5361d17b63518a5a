/** How processes tell each other that there are events, where the engine has a way. */
export interface OutboxSignal {
  /** Called after each commit that added events, and not waited for. Must not fail, and should gather what comes at about the same time. */
  appended(): void
  /** As `Storage.watch`. */
  watch(onChange: () => void): { close(): Promise<void> }
  /** Ends every watch. */
  close(): Promise<void>
}
