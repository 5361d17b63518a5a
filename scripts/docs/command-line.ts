import { buildProgram } from '../../packages/cli/src/cli.ts'
import { Output } from '../../packages/cli/src/terminal/output.ts'

type Command = ReturnType<typeof buildProgram>
type Argument = Command['registeredArguments'][number]
type Option = Command['options'][number]

const everywhere = new Set(['--db', '--config', '--json'])

/** Every command that does something, with its full name. */
function commandsOf(command: Command, parents: readonly string[] = []): readonly { readonly name: string; readonly command: Command }[] {
  const path = [...parents, command.name()]
  const below = command.commands.flatMap((child) => commandsOf(child, path))
  // What only groups others takes none of the options of every command.
  return command.options.some(({ long }) => everywhere.has(long ?? '')) ? [{ name: path.join(' '), command }, ...below] : below
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

function argumentRow(argument: Argument): string {
  const { required, variadic, description, argChoices } = argument
  const shown = `${argument.name()}${variadic ? '…' : ''}`
  return `| \`${required ? `<${shown}>` : `[${shown}]`}\` | ${cell(description)}${choices(argChoices)} |`
}

function optionRow({ flags, description, argChoices, defaultValue, mandatory }: Option): string {
  const standard = defaultValue === undefined ? '' : ` (default: ${String(defaultValue)})`
  return `| \`${cell(flags)}\` | ${cell(description)}${choices(argChoices)}${standard}${mandatory ? ' (required)' : ''} |`
}

const choices = (values: readonly string[] | undefined): string => (values === undefined ? '' : `: ${values.map((value) => `\`${value}\``).join(', ')}`)

function commandSection(name: string, command: Command): readonly string[] {
  const rows = [...command.registeredArguments.map(argumentRow), ...command.options.filter(({ long }) => !everywhere.has(long ?? '')).map(optionRow)]
  return [`## ${name}`, '', `${command.description()}.`, '', ...(rows.length === 0 ? [] : ['| | |', '|---|---|', ...rows, ''])]
}

/** `docs/cli.md`, from the command line's own declarations. */
export function commandLinePage(): string {
  const program = buildProgram(new Output({ stdout: process.stdout, stderr: process.stderr }, { json: false }), () => {})
  const common = commandsOf(program)[0]?.command.options.filter(({ long }) => everywhere.has(long ?? '')) ?? []
  return [
    '# The command line',
    '',
    '<!-- Made by `npm run docs` from packages/cli/src/cli.ts. Do not edit. -->',
    '',
    'Results go to stdout, everything else to stderr. The exit code is 0 when all is well, 1 when something failed or was found wrong, 2 when the command line makes no sense.',
    '',
    'Every command takes:',
    '',
    '| | |',
    '|---|---|',
    ...common.map(optionRow),
    '',
    'Without `--db` or a configuration file, the shop is `./cartwright.db`.',
    '',
    ...commandsOf(program).flatMap(({ name, command }) => commandSection(name, command)),
  ].join('\n')
}
