/**
 * Secrets on disk, one file each, readable only by the owner. A secret is durable before anything that depends on it is
 * published. A secret is created once per install and never overwritten. Certificates are no secrets: one may be replaced.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { shellWord } from '../lib/shell-word.ts'
import { KeysError } from './errors.ts'

export class SecretFiles {
  /**
   * @param complete create no secrets, because the install is in use and a new key cannot replace a missing one
   * @throws {KeysError} KEYS_EXPOSED
   */
  constructor(
    readonly directory: string,
    private readonly complete = false,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    requireUnexposed(directory)
  }

  /**
   * Reads the named secret, or creates it with `make` if this install has none yet.
   * @param replaceable a new secret can replace a missing one at any time
   * @throws {KeysError} KEYS_MISSING
   */
  readOrMake(name: string, make: () => string, replaceable = false): string {
    const path = join(this.directory, name)
    if (!existsSync(path)) {
      if (this.complete && !replaceable) {
        throw new KeysError(
          { code: 'KEYS_MISSING', file: path },
          `${path} is missing. This install is in use and needs the original file. Restore it from the backup of its keys.`,
        )
      }
      writeDurably(path, make())
    }
    return readFileSync(path, 'utf8').trim()
  }

  /**
   * Reads and parses the named secret, or creates it.
   * @throws {KeysError} KEYS_MISSING, KEYS_UNREADABLE
   */
  parsed<T>(name: string, parse: (text: string) => T, make: () => string, replaceable = false): T {
    const text = this.readOrMake(name, make, replaceable)
    try {
      return parse(text)
    } catch {
      // No cause: its message may quote the file.
      const path = join(this.directory, name)
      throw new KeysError(
        { code: 'KEYS_UNREADABLE', file: path },
        `${path} does not contain a valid secret. Restore the file from the backup of this install's keys.`,
      )
    }
  }

  /** Replaces a certificate. */
  replace(name: string, text: string): string {
    writeDurably(join(this.directory, name), text)
    return text
  }

  /** @returns undefined if this install has no such secret */
  read(name: string): string | undefined {
    const path = join(this.directory, name)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  }
}

/** Permissions of others than the owner. */
const OTHERS = 0o077

/** Whether others than its owner may use the file. Windows has no such permissions. */
export const isExposed = (path: string): boolean => process.platform !== 'win32' && (statSync(path).mode & OTHERS) !== 0

/**
 * The node does not repair an exposed secret silently: somebody may have read it already, and people have to decide
 * whether to replace it.
 */
function requireUnexposed(directory: string): void {
  const files = readdirSync(directory)
    .filter(name => !/\.(?:crt|term)$/.test(name))
    .map(name => join(directory, name))
    .filter(isExposed)
  if (files.length === 0) return
  throw new KeysError(
    { code: 'KEYS_EXPOSED', files },
    `Other users of this host may read or change ${files.join(', ')}. Nothing was started. If nobody can have used them, ` +
      `run: chmod 600 ${files.map(shellWord).join(' ')}. Otherwise replace these keys.`,
  )
}

/**
 * Closes a directory to other users. LevelDB makes its files readable by everybody, so their directory must protect them.
 * @returns false if it was closed already, or does not exist
 */
export function closeDirectory(path: string): boolean {
  if (!existsSync(path) || !isExposed(path)) return false
  chmodSync(path, 0o700)
  return true
}

/**
 * Replaces a file atomically; it is on disk when this returns. Writes a new file, syncs and renames it, and syncs the
 * directory.
 */
export function writeDurably(path: string, text: string, mode = 0o600): void {
  const temporary = `${path}.new`
  const file = openSync(temporary, 'w', mode)
  try {
    // An interrupted write may have left the file with other permissions.
    fchmodSync(file, mode)
    writeSync(file, text.endsWith('\n') ? text : `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
  syncDirectory(dirname(path))
}

/** Renames a file of one directory. The new name is on disk when this returns. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to)
  syncDirectory(dirname(to))
}

function syncDirectory(path: string): void {
  // Windows cannot open a directory. NTFS journals the rename.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
