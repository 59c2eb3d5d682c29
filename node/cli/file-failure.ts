import { CliError } from './errors.ts'

/** Where the system's own code says little to most people. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'it is not yours to use',
  EEXIST: 'a file is in the way',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is no directory',
  ENOSPC: 'the disk is full',
  EROFS: 'nothing can be written there',
}

/** What the system said of a file, as a failure that names it; any other error as it is. */
export function fileFailure(error: unknown, named?: string): unknown {
  const { code, syscall, path = named } = (error ?? {}) as NodeJS.ErrnoException
  if (syscall === undefined || code === undefined || path === undefined) return error
  const shown = named ?? path
  const reason = `${REASONS[code] ?? 'it cannot be used'} (${code})`
  return new CliError(
    { code: 'CLI_INPUT', path: shown, reason },
    `${shown}: ${reason}. Check the path and run the command again.`,
    { cause: error },
  )
}
