import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The paths of a directory's `.json` files, sorted by name, so that the same files always give the same order. */
export function jsonFilesIn(directory: string): readonly string[] {
  return namesIn(directory)
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => join(directory, name))
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
