/** Preloaded into a process, it moves the clock of the process and its threads by some milliseconds. */
const shift = Number(process.env.DOJANG_TEST_CLOCK_SHIFT)
const { now } = Date
Date.now = () => now() + shift
globalThis.Date = new Proxy(Date, {
  construct: (date, given, made) => Reflect.construct(date, given.length === 0 ? [date.now()] : given, made),
})
