import type { Migration } from './ddl.ts'

/** What the worker could not do: retried with growing pauses, or parked. */
export const workFailures: Migration = {
  name: '0005_work_failures',
  up: (t) => [
    `CREATE TABLE work_failures (
      job ${t.text} NOT NULL,
      row_id ${t.text} NOT NULL,
      attempts ${t.int} NOT NULL CONSTRAINT work_failures_attempts CHECK (attempts >= 0),
      code ${t.text} NOT NULL,
      subject ${t.json},
      first_failed_at ${t.time} NOT NULL,
      last_failed_at ${t.time} NOT NULL,
      next_attempt_at ${t.time},
      PRIMARY KEY (job, row_id)
    ) ${t.keyedTable}`,
    'CREATE INDEX work_failures_age ON work_failures (first_failed_at, job, row_id)',
  ],
  down: () => ['DROP TABLE work_failures'],
}
