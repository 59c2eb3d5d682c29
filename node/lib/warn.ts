/** Tells the operator, through the log, what needs a look. The facts hold no key, token or claim value. */
export type Warn = (facts: Record<string, unknown>, message: string) => void
