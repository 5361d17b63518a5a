/** Lets everything in this process believe that it is so many milliseconds later than it is. */
export function skewWallClock(byMs: number): void {
  globalThis.Date = new Proxy(Date, {
    construct: (real, args, target) => Reflect.construct(real, args.length === 0 ? [real.now() + byMs] : args, target),
    get: (real, name) => (name === 'now' ? () => real.now() + byMs : Reflect.get(real, name)),
  })
}
