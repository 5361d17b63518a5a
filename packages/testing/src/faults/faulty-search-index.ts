import type { SearchIndex } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

/** The same search index, with faults. @param plan - is asked at every `upsert`, `remove`, `clear` and `query`. */
export function faultySearchIndex(index: SearchIndex, plan: FaultPlan<'upsert' | 'remove' | 'clear' | 'query', ServiceFault>): SearchIndex {
  return {
    inProcess: index.inProcess,
    upsert: (documents, write) => faultyCall(plan, 'upsert', () => index.upsert(documents, write)),
    remove: (ids, write) => faultyCall(plan, 'remove', () => index.remove(ids, write)),
    clear: () => faultyCall(plan, 'clear', () => index.clear()),
    query: (query) => faultyCall(plan, 'query', () => index.query(query)),
    close: () => index.close(),
  }
}
