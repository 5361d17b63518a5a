import type { SearchIndex } from '@cartwright/core/ports'
import type { FaultPlan } from './fault-plan.ts'
import { faultyCall, type ServiceFault } from './faulty-service.ts'

/** The same search index, with faults. @param plan - is asked at every `upsert`, `remove`, `clear` and `query`. */
export function faultySearchIndex(index: SearchIndex, plan: FaultPlan<'upsert' | 'remove' | 'clear' | 'query', ServiceFault>): SearchIndex {
  return {
    inProcess: index.inProcess,
    upsert: (documents) => faultyCall(plan, 'upsert', () => index.upsert(documents)),
    remove: (ids) => faultyCall(plan, 'remove', () => index.remove(ids)),
    clear: () => faultyCall(plan, 'clear', () => index.clear()),
    query: (query) => faultyCall(plan, 'query', () => index.query(query)),
    close: () => index.close(),
  }
}
