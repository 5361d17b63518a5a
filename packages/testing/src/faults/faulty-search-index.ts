import type { SearchIndex, SearchRebuild } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

type Plan = FaultPlan<'upsert' | 'remove' | 'clear' | 'query' | 'suggest', ServiceFault>

/**
 * The same search index, with faults. What the index can do beyond the port's needs, the faulty one can too.
 *
 * @param plan - is asked at every `upsert`, `remove`, `clear`, `query` and `suggest`, the `upsert` and `remove` of a rebuild included.
 */
export function faultySearchIndex(index: SearchIndex, plan: Plan): SearchIndex {
  const { migrations } = index
  const rebuild = index.rebuild?.bind(index)
  const diagnose = index.diagnose?.bind(index)
  return {
    inProcess: index.inProcess,
    upsert: (documents, write) => faultyCall(plan, 'upsert', () => index.upsert(documents, write)),
    remove: (ids, write) => faultyCall(plan, 'remove', () => index.remove(ids, write)),
    clear: () => faultyCall(plan, 'clear', () => index.clear()),
    query: (query) => faultyCall(plan, 'query', () => index.query(query)),
    suggest: (query) => faultyCall(plan, 'suggest', () => index.suggest(query)),
    close: () => index.close(),
    ...(rebuild === undefined ? {} : { rebuild: async () => faultyRebuild(await rebuild(), plan) }),
    ...(migrations === undefined ? {} : { migrations }),
    ...(diagnose === undefined ? {} : { diagnose }),
  }
}

function faultyRebuild(rebuild: SearchRebuild, plan: Plan): SearchRebuild {
  return {
    upsert: (documents) => faultyCall(plan, 'upsert', () => rebuild.upsert(documents)),
    remove: (ids) => faultyCall(plan, 'remove', () => rebuild.remove(ids)),
    finish: (write) => rebuild.finish(write),
  }
}
