/** The content of a stopped node's disk. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Level } from 'level'

export function readFiles(directory: string): { path: string; bytes: Buffer }[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map(name => join(directory, name))
    .filter(path => statSync(path).isFile())
    .map(path => ({ path, bytes: readFileSync(path) }))
}

/** All LevelDB directories below this one. Each has a file CURRENT. */
export function databasesIn(directory: string): string[] {
  return readFiles(directory)
    .filter(({ path }) => basename(path) === 'CURRENT')
    .map(({ path }) => dirname(path))
}

/** All keys and values, as LevelDB decompresses them. */
export async function readDatabase(path: string): Promise<{ count: number; bytes: Buffer }> {
  const db = new Level<Uint8Array, Uint8Array>(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
    createIfMissing: false,
  })
  await db.open()
  const parts: Uint8Array[] = []
  try {
    for await (const [key, value] of db.iterator()) parts.push(key, value)
  } finally {
    await db.close()
  }
  return { count: parts.length / 2, bytes: Buffer.concat(parts) }
}
