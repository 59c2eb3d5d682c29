/** Reports a condition to the operator through the log. The facts contain no key, token or claim value. */
export type Warn = (facts: Record<string, unknown>, message: string) => void
