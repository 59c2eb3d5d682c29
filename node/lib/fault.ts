import { DojangError } from './errors.ts'

/** The most lines of a stack in the log. */
const FRAMES = 8

/** What the log may say of an unexpected error. Its message is left out: it may quote what a stranger sent. */
export function factsOfFault(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = error.stack?.split('\n').filter(line => /^\s+at /.test(line)) ?? []
  return {
    error: error.name,
    ...(error instanceof DojangError ? { code: error.code } : {}),
    at: frames.slice(0, FRAMES).map(line => line.trim()),
  }
}
