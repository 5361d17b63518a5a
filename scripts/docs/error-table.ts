import ts from 'typescript'
import { type ErrorKind, errorTable } from '../../packages/core/src/errors.ts'

const kinds: Readonly<Record<ErrorKind, string>> = {
  invalid: 'The caller sent something that can never work; mend the call.',
  not_found: 'The object is missing, or belongs to someone else: the two look the same.',
  forbidden: "The actor may not do this to anyone's object.",
  refused: 'The shop refuses for a business reason the buyer can be told.',
  conflict: 'Somebody else changed the object first.',
  unavailable: 'A dependency did not answer in time; nothing was changed.',
  unknown: 'It may or may not have happened; the idempotency key tells.',
  defect: 'The host program or an adapter broke a rule of the library.',
}

/** The members of `DetailsByCode`, as written in the source: code → fields. */
function detailsByCode(source: string): ReadonlyMap<string, string> {
  const file = ts.createSourceFile('errors.ts', source, ts.ScriptTarget.Latest)
  const declaration = file.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'DetailsByCode')
  if (declaration === undefined || !ts.isInterfaceDeclaration(declaration)) throw new Error('errors.ts no longer declares DetailsByCode')
  return new Map(
    declaration.members.filter(ts.isPropertySignature).map((member) => {
      const fields = member.type !== undefined && ts.isTypeLiteralNode(member.type) ? member.type.members : []
      const names = fields.map((field) =>
        field
          .getText(file)
          .replace(/^readonly /, '')
          .replace(/;$/, '')
          .replaceAll('readonly ', ''),
      )
      return [member.name.getText(file), names.map((name) => `\`${name.replaceAll('|', '\\|')}\``).join('<br>')]
    }),
  )
}

/** `docs/errors.md`, from the table in core. */
export function errorsPage(errorsSource: string): string {
  const details = detailsByCode(errorsSource)
  const rows = Object.entries(errorTable).map(
    ([code, { kind, retryable, meaning }]) => `| \`${code}\` | ${kind} | ${retryable ? 'yes' : 'no'} | ${meaning} | ${details.get(code) ?? ''} |`,
  )
  return [
    '# Errors',
    '',
    '<!-- Made by `npm run docs` from packages/core/src/errors.ts. Do not edit. -->',
    '',
    'Everything the library throws on purpose is a `CommerceError` with a `code` of this closed table. Anything else is a bug, ours or the host program’s.',
    '',
    '```ts',
    "import { isCommerceError } from '@cartwright/core'",
    '',
    "if (isCommerceError(error, 'OUT_OF_STOCK')) console.log(error.details.sku, 'has only', error.details.available, 'left')",
    '```',
    '',
    '`retryable` says that the same call, unchanged, may succeed later. Repeat it with the same idempotency key.',
    '',
    '| kind | what it means |',
    '|---|---|',
    ...Object.entries(kinds).map(([kind, meaning]) => `| ${kind} | ${meaning} |`),
    '',
    '| code | kind | retryable | meaning | details |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}
