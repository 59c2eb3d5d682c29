/**
 * One shape for every failure that leaves a room. `code` is API and never changes its meaning; `message` is prose
 * and may. `detail` carries facts that are safe to log and to send: no key, token or claim value.
 */
export abstract class DojangError<const T extends { readonly code: string }> extends Error {
  abstract override name: string

  constructor(
    readonly detail: T,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }

  get code(): T['code'] {
    return this.detail.code
  }

  /** The page that explains the code: derived from it, so a test can assert that it exists. */
  get docs(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`
  }

  toJSON(): T & { message: string; docs: string } {
    return { ...this.detail, message: this.message, docs: this.docs }
  }
}

/** For a value that no case is left for: breaks the build when a union grows. */
export function unreachable(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`)
}
