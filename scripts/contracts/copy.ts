/** Copies the files that contract tests need, for runs that change sources or bytecode. */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COPIED = [
  'contracts',
  'test/contracts',
  'node',
  'scripts',
  'typechain-types',
  'hardhat.config.ts',
  'package.json',
]

/** Makes the copy, and removes it after `use`. */
export async function inCopy<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'dojang-contracts-'))
  try {
    for (const path of [...COPIED, 'tsconfig.json']) {
      cpSync(join(ROOT, path), join(folder, path), {
        recursive: true,
        filter: source => !source.endsWith('node_modules'),
      })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction')
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
