/** How a case ends when nothing is wrong; `problems` is compared first, so that a failure tells what it was. */
export const sound = { problems: [], ok: true, oversold: 0, undersold: 0, orphanCents: 0, audit: { violations: 0 } }
