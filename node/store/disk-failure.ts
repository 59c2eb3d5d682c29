import { StoreError } from './errors.ts'

/**
 * A failure of LevelDB or of the file system as an error that says what to do.
 * @returns undefined if the error is of another kind
 */
export function diskFailure(path: string, error: unknown): StoreError | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, syscall } = at as NodeJS.ErrnoException
    if (code !== 'LEVEL_IO_ERROR' && syscall === undefined) continue
    const reason = code ?? 'unknown'
    return new StoreError(
      { code: 'STORE_IO', path, reason },
      `The database at ${path} cannot be used (${reason}: ${at.message}). ` +
        'Check disk space, permissions and the file system, then start again.',
      { cause: error },
    )
  }
  return undefined
}
