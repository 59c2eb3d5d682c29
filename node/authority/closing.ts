/**
 * Closes what was opened, in the opposite order. A step that fails is logged and does not keep the next one from
 * releasing its files.
 */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = []
  #closed: Promise<void> | undefined

  constructor(private readonly failed: (error: unknown) => void) {}

  /** To be called as soon as there is something to close. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  /** Closes once, however often it is called. */
  close(): Promise<void> {
    this.#closed ??= this.#steps
      .reduceRight((before, step) => before.then(step).catch(this.failed), Promise.resolve<unknown>(undefined))
      .then(() => undefined)
    return this.#closed
  }
}
