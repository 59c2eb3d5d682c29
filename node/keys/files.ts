/**
 * Secrets on disk: one file each, readable by the owner alone, and durable before anything that depends on it is
 * shown to anyone. A secret is made once per install and never overwritten.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

export class SecretFiles {
  constructor(readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }

  /** The named secret, made by `make` if this install has none yet. */
  readOrMake(name: string, make: () => string): string {
    const path = join(this.directory, name)
    if (!existsSync(path)) writeDurably(path, make())
    return readFileSync(path, 'utf8').trim()
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
