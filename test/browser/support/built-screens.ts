import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const DIST = join(ROOT, 'node', 'web', 'dist')

/** Builds the screens if their sources have changed, as the set-up does. @returns the directory of the build */
export async function builtScreens(): Promise<string> {
  const set: { screens: () => boolean } = await import(join(ROOT, 'scripts', 'web.mjs'))
  if (!set.screens()) throw new Error('the screens could not be built')
  return join(DIST, JSON.parse(readFileSync(join(DIST, 'current.json'), 'utf8')).directory)
}
