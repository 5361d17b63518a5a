/** Something that a benchmark needs is missing: its message, which says how to get it, is all that there is to say. */
export class BenchRefusal extends Error {}
