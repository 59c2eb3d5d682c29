/**
 * The base class of all errors that a room throws to its callers. The meaning of a `code` never changes; the wording of
 * `message` may. `detail` contains facts that are safe to log and to send: no key, token or claim value.
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

  /** The documentation of the code. It follows from the code, so a test can check that it exists. */
  get docs(): string {
    return `docs/errors.md#${this.code.toLowerCase()}`
  }

  toJSON(): T & { message: string; docs: string } {
    return { ...this.detail, message: this.message, docs: this.docs }
  }
}

/** For the end of a switch that covers all cases: the build breaks when the union grows. */
export function unreachable(value: never): never {
  throw new TypeError(`no case for ${JSON.stringify(value)}`)
}
