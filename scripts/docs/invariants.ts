import { auditChecks } from '../../packages/storage-sql/src/stores/audit-store.ts'

/** `docs/invariants.md`, from the audit's own queries. Several may look after one invariant. */
export function invariantsPage(): string {
  return [
    '# The invariants',
    '',
    '<!-- Made by `npm run docs` from packages/storage-sql/src/stores/audit. Do not edit. -->',
    '',
    'What must hold of every shop at every moment, whatever met or failed. Each is a query that must return nothing: `cartwright audit` and `commerce.audit()` run all of them against one snapshot.',
    '[proving.md](proving.md) has the races and crashes after which they are asked.',
    '',
    '| invariant | what must hold |',
    '|---|---|',
    ...auditChecks.map(({ id, invariant }) => `| ${id} | ${invariant.replaceAll('|', '\\|')} |`),
    '',
  ].join('\n')
}
