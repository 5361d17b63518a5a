/**
 * Makes the pages of docs/ that derive from the code, and fills the code blocks of every page from the examples, which are tested.
 *
 * Usage: node --conditions=cartwright-source scripts/generate-docs.ts [--check]
 * With `--check` it writes nothing, names the pages that are out of date and the links that lead nowhere, and exits 1 if there are any.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listFiles } from './boundaries/source-file.ts'
import { commandLinePage } from './docs/command-line.ts'
import { errorsPage } from './docs/error-table.ts'
import { invariantsPage } from './docs/invariants.ts'
import { brokenLinks } from './docs/links.ts'
import { fillSnippets } from './docs/snippets.ts'
import { stateMachinesPage } from './docs/state-machines.ts'

const root = join(import.meta.dirname, '..')
const checking = process.argv.includes('--check')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const generated = new Map([
  ['docs/cli.md', commandLinePage()],
  ['docs/errors.md', errorsPage(read('packages/core/src/errors.ts'))],
  ['docs/invariants.md', invariantsPage()],
  ['docs/state-machines.md', stateMachinesPage()],
])
for (const path of listFiles(root).filter((candidate) => candidate.endsWith('.md') && !generated.has(candidate)))
  generated.set(path, fillSnippets(read(path), read))

const stale = [...generated].filter(([path, text]) => !existsSync(join(root, path)) || read(path) !== text)
for (const [path, text] of stale) {
  if (!checking) writeFileSync(join(root, path), text)
  console.log(`${checking ? 'out of date' : 'written'}: ${path}`)
}
if (checking) {
  const present = (path: string): boolean => existsSync(join(root, path))
  const broken = [...generated].flatMap(([path, text]) =>
    brokenLinks(path, text, (page) => generated.get(page), present).map((link) => `${path}: ${link} leads nowhere`),
  )
  for (const line of broken) console.error(line)
  if (stale.length > 0) console.error('Run `npm run docs`.')
  if (stale.length + broken.length > 0) process.exitCode = 1
}
