/** A commit is acknowledged when the server has it in memory, long before it is on the disk: what was sold is gone when the power fails. */
export const acknowledgedBeforeWritten = ['synchronous_commit=off', 'wal_writer_delay=10s']
