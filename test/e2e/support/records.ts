/** The issuer's records, read from the disk of a stopped node. */
import { join } from 'node:path'
import { Level } from 'level'
import { Bucket } from '../../../node/store/buckets.ts'

export interface BatchRecord {
  readonly root: string
  readonly state: 'pending' | 'anchored' | 'refused'
  readonly credentials: readonly string[]
}
export interface CredentialRecord {
  readonly application: string
  readonly list: string
  readonly idx: number
  /** Null for a temporary card. */
  readonly root: string | null
}
export interface IssuerRecords {
  readonly batches: readonly BatchRecord[]
  readonly credentials: ReadonlyMap<string, CredentialRecord>
}

export async function readRecords(data: string): Promise<IssuerRecords> {
  const db = new Level<Uint8Array, Uint8Array>(join(data, 'authority'), { keyEncoding: 'view', valueEncoding: 'view' })
  await db.open()
  const batches: BatchRecord[] = []
  const credentials = new Map<string, CredentialRecord>()
  try {
    for await (const [key, value] of db.iterator()) {
      const tail = Buffer.from(key.subarray(1))
      if (key[0] === Bucket.batch)
        batches.push({ ...parse<Omit<BatchRecord, 'root'>>(value), root: `0x${tail.toString('hex')}` })
      if (key[0] === Bucket.credential) credentials.set(tail.toString(), parse(value))
    }
  } finally {
    await db.close()
  }
  return { batches, credentials }
}

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes).toString()) as T
}
