/** Closes what was opened, in the opposite order. If a step fails, that is logged, and the other steps still run. */
export class CloseStack {
  readonly #steps: (() => Promise<unknown>)[] = []
  #closed: Promise<void> | undefined

  constructor(private readonly failed: (error: unknown) => void) {}

  /** Call it as soon as there is something to close. */
  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  /** Only the first call closes. All calls resolve when everything is closed. */
  close(): Promise<void> {
    this.#closed ??= this.#steps
      .reduceRight((before, step) => before.then(step).catch(this.failed), Promise.resolve<unknown>(undefined))
      .then(() => undefined)
    return this.#closed
  }
}
