/** The seed of this run's property tests: another one each time, unless CARTWRIGHT_SEED names the one to repeat. Stands in the names of the tests. */
export const seed = process.env.CARTWRIGHT_SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.CARTWRIGHT_SEED)
