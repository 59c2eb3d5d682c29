/** To be preloaded into a process: moves its clock, and that of its threads, by milliseconds. */
const shift = Number(process.env.DOJANG_TEST_CLOCK_SHIFT)
const { now } = Date
Date.now = () => now() + shift
globalThis.Date = new Proxy(Date, {
  construct: (date, given, made) => Reflect.construct(date, given.length === 0 ? [date.now()] : given, made),
})
