import { CliError } from './errors.ts'

/** Explanations of the system's error codes. */
const REASONS: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    ENOENT: 'there is no such file or directory',
    EACCES: 'you do not have permission to use it',
    EEXIST: 'a file is in the way',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is not a directory',
    ENOSPC: 'the disk is full',
    EROFS: 'the file system is read-only',
  }),
)

/** Turns a file system error into a CLI_INPUT error that names the file. Returns any other error unchanged. */
export function fileFailure(error: unknown, named?: string): unknown {
  const { code, syscall, path } = (error ?? {}) as NodeJS.ErrnoException
  if (syscall === undefined || code === undefined) return error
  // A failed write names no file. It is no bug, if the code is one of a disk.
  const shown = named ?? path ?? (REASONS.has(code) ? 'a file that is read or written' : undefined)
  if (shown === undefined) return error
  const reason = `${REASONS.get(code) ?? 'it cannot be used'} (${code})`
  return new CliError(
    { code: 'CLI_INPUT', path: shown, reason },
    `${shown}: ${reason}. Check the path and run the command again.`,
    { cause: error },
  )
}
