/** `<!-- snippet: FILE#REGION -->` and the fence that follows it. */
const snippetBlock = /<!-- snippet: (?<file>[\w./-]+)(?:#(?<region>[\w-]+))? -->\n```(?<language>\w+)\n[\s\S]*?```/g

/** The lines between `// #region NAME` and `// #endregion`, without their common indent; inner region marks are left out. */
export function regionOf(source: string, region: string): string {
  const lines = source.split('\n')
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`)
  if (start < 0) throw new Error(`no region ${region}`)
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === `// #endregion ${region}`)
  if (length < 0) throw new Error(`region ${region} has no end`)
  return outdent(withoutMarks(lines.slice(start + 1, start + 1 + length)))
}

const withoutMarks = (lines: readonly string[]): readonly string[] => lines.filter((line) => !/^\s*\/\/ #(?:end)?region /.test(line))

function outdent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length)
  const indent = Math.min(...indents)
  return lines
    .map((line) => line.slice(indent))
    .join('\n')
    .trim()
}

/**
 * The page with every snippet block filled from the file it names.
 *
 * @param read - the text of a file, by its path from the repository's root.
 * @throws Error naming the block when the file, the region or the fence is missing.
 */
export function fillSnippets(page: string, read: (file: string) => string): string {
  const named = [...page.matchAll(/^<!-- snippet: (?<block>\S+)/gm)].map(({ groups }) => groups?.block)
  const blocks = [...page.matchAll(snippetBlock)].map(({ groups }) => [groups?.file, ...(groups?.region === undefined ? [] : [groups.region])].join('#'))
  const bare = named.find((block, place) => block !== blocks[place])
  if (bare !== undefined) throw new Error(`no fence follows the snippet ${bare}`)
  return page.replace(snippetBlock, (_block, file: string, region: string | undefined, language: string) => {
    const source = read(file)
    const code = region === undefined ? withoutMarks(source.trimEnd().split('\n')).join('\n') : regionOf(source, region)
    return [`<!-- snippet: ${region === undefined ? file : `${file}#${region}`} -->`, `\`\`\`${language}`, code, '```'].join('\n')
  })
}
