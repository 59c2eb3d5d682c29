/**
 * Secrets on disk: one file each, readable by the owner alone, and durable before anything that depends on it is
 * shown to anyone. A secret is made once per install and never overwritten.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { KeysError } from './errors.ts'

export class SecretFiles {
  /** @param complete make nothing any more: once an install is in use, another key is no replacement */
  constructor(
    readonly directory: string,
    private readonly complete = false,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  /**
   * The named secret, made by `make` if this install has none yet.
   * @param replaceable another one serves as well, whenever it is made
   * @throws {KeysError} KEYS_MISSING
   */
  readOrMake(name: string, make: () => string, replaceable = false): string {
    const path = join(this.directory, name)
    if (!existsSync(path)) {
      if (this.complete && !replaceable) {
        throw new KeysError(
          { code: 'KEYS_MISSING', file: path },
          `${path} is missing. This install is in use and needs that very file: put it back from the backup of its keys.`,
        )
      }
      writeDurably(path, make())
    }
    return readFileSync(path, 'utf8').trim()
  }

  /**
   * The named secret, as `parse` understands it.
   * @throws {KeysError} KEYS_MISSING, KEYS_UNREADABLE
   */
  parsed<T>(name: string, parse: (text: string) => T, make: () => string, replaceable = false): T {
    const text = this.readOrMake(name, make, replaceable)
    try {
      return parse(text)
    } catch {
      // Without the cause, which may quote what is in the file.
      const path = join(this.directory, name)
      throw new KeysError(
        { code: 'KEYS_UNREADABLE', file: path },
        `${path} does not hold what belongs there. Put the file back from the backup of this install's keys.`,
      )
    }
  }

  /** @returns undefined if this install has no such secret */
  read(name: string): string | undefined {
    const path = join(this.directory, name)
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
  }
}

/** All or nothing, and on disk when it returns: written beside, synced, renamed, and the directory synced. */
export function writeDurably(path: string, text: string, mode = 0o600): void {
  const beside = `${path}.new`
  const file = openSync(beside, 'w', mode)
  try {
    writeSync(file, text.endsWith('\n') ? text : `${text}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(beside, path)
  syncDirectory(dirname(path))
}

function syncDirectory(path: string): void {
  // Windows cannot open a directory; NTFS journals the rename itself.
  if (process.platform === 'win32') return
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
