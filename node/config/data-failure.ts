import { DojangError } from '../lib/errors.ts'
import { ConfigError } from './errors.ts'

/** System calls of the network. Their failures have nothing to do with the data directory. */
const NETWORK: ReadonlySet<string> = new Set(['accept', 'bind', 'connect', 'getaddrinfo', 'listen', 'read', 'write'])
/** Failures of a disk, which `read` and `write` of a file can have too. */
const DISK: ReadonlySet<string> = new Set(['EDQUOT', 'EFBIG', 'EIO', 'ENOSPC', 'EROFS'])

/**
 * At a start, turns a failure of the file system into an error that says what to do: the disk is full or read-only, or
 * files belong to another user. Returns any other error unchanged.
 */
export function dataFailure(error: unknown, data: string): unknown {
  for (let at = error; at instanceof Error && !(at instanceof DojangError); at = at.cause) {
    const { code, syscall, path = data } = at as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined || (NETWORK.has(syscall) && !DISK.has(code))) continue
    return new ConfigError(
      { code: 'CONFIG_DATA', path, reason: code },
      `${path} cannot be used (${code} at ${syscall}). Check that the disk of ${data} has space and is not read-only, and ` +
        'that the files belong to the user who starts the node. What was stored before is unchanged.',
      { cause: error },
    )
  }
  return error
}
