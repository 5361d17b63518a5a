import { type ShopOptions, withCommerce } from '../open-shop.ts'
import type { Output } from '../terminal/output.ts'
import { table } from '../terminal/table.ts'
import { count } from '../terminal/words.ts'

/** Shows how far the workers are behind: with the rows of each job, with the lists of payment providers, and with each consumer's events. */
export async function workerLag(output: Output, options: ShopOptions): Promise<number> {
  const lag = await withCommerce(options, { create: false }, ({ worker }) => worker.lag())
  output.result(lag, () => {
    const columns = [{ title: 'behind' }, { title: 'events', align: 'right' }, { title: 'oldest, s', align: 'right' }] as const
    const seconds = (ms: number) => count(Math.floor(ms / 1_000))
    const jobs = Object.entries(lag.jobs).map(([job, ageMs]) => [job, '', ageMs === null ? 'not known' : seconds(ageMs)])
    const lists = lag.listings.map(({ provider, list, readMsAgo }) => [`${list} of ${provider}, read`, '', readMsAgo === null ? 'never' : seconds(readMsAgo)])
    const consumers = lag.consumers.map(({ name, events, ageMs }) => [`consumer ${name}`, count(events), seconds(ageMs)])
    return table({ columns, rows: [...jobs, ...lists, ...consumers], paint: output.paint, width: output.width })
  })
  return 0
}
