import { posix } from 'node:path'

/** Text outside fenced code blocks. */
const prose = (page: string): string => page.replace(/^```[\s\S]*?^```/gm, '')

/** How a heading is linked to: lower case, blanks as hyphens, no other punctuation. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}

function hasAnchor(page: string, anchor: string): boolean {
  return [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].some(([, heading = '']) => anchorOf(heading) === anchor)
}

/**
 * The relative links of a page that lead nowhere: to no file or folder, or to no heading of a page.
 *
 * @param read - the text of a page, or undefined when there is none.
 * @param exists - whether there is a file or folder of this path.
 */
export function brokenLinks(path: string, page: string, read: (path: string) => string | undefined, exists: (path: string) => boolean): readonly string[] {
  return [...prose(page).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    const [file = '', anchor] = target.split('#')
    const linked = file === '' ? path : posix.join(posix.dirname(path), file)
    if (!exists(linked)) return [target]
    return anchor === undefined || hasAnchor(read(linked) ?? '', anchor) ? [] : [target]
  })
}
