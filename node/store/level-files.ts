/**
 * Checks the files of a LevelDB directory without LevelDB. Each block of a table and each record of the write-ahead log
 * has a checksum, which LevelDB does not verify when it reads. Formats: leveldb/doc/table_format.md and log_format.md.
 * Why: docs/decisions/076.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wrongValue } from '../lib/parse-error.ts'

const TRAILER = 5
const FOOTER = 48
const MAGIC = Buffer.from('57fb808b247547db', 'hex')
const LOG_BLOCK = 32 * 1024
const LOG_HEADER = 7
const FULL = 1
const FIRST = 2

/** @returns a sentence for each fault of the files in `directory`. The database must not be open */
export function fileFaults(directory: string): string[] {
  return faultsIn(directory, name =>
    /\.(?:ldb|sst)$/.test(name) ? tableFaults : name.endsWith('.log') ? logFaults : undefined,
  )
}

/**
 * The same for the write-ahead logs only, which takes milliseconds. To be called before each opening: LevelDB silently
 * drops all records after a damaged one, and then deletes the log.
 */
export function logFileFaults(directory: string): string[] {
  return faultsIn(directory, name => (name.endsWith('.log') ? logFaults : undefined))
}

function faultsIn(directory: string, kindOf: (name: string) => ((file: Buffer) => Iterable<string>) | undefined) {
  if (!existsSync(directory)) return []
  const faults: string[] = []
  for (const name of readdirSync(directory).sort()) {
    const kind = kindOf(name)
    if (kind === undefined) continue
    const bytes = readFileSync(join(directory, name))
    try {
      for (const fault of kind(bytes)) faults.push(`file ${name}: ${fault}`)
    } catch (error) {
      faults.push(`file ${name}: it cannot be read: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return faults
}

/** A table has data blocks, a meta index, an index of the data blocks, and a footer that points to both indexes. */
function* tableFaults(file: Buffer): Iterable<string> {
  if (file.length < FOOTER || !file.subarray(-8).equals(MAGIC)) return yield 'it is not a table, or its end is missing'
  const [meta, afterMeta] = handleAt(file, file.length - FOOTER)
  const [index] = handleAt(file, afterMeta)
  for (const [name, handle] of [
    ['index', index],
    ['meta index', meta],
  ] as const) {
    if (!isWhole(file, handle)) return yield `its ${name} is damaged`
  }
  for (const indexBlock of [index, meta]) {
    for (const handle of handlesIn(contentOf(file, indexBlock))) {
      if (!isWhole(file, handle)) yield `the block at ${handle.offset} is damaged`
    }
  }
}

/**
 * A log consists of records in blocks of 32 kB; a long record is split into fragments. If the power failed during a write,
 * the last record is damaged, and some of its fragments may be there after a missing one. That is not a fault. But if
 * another record begins after a damaged one, the damaged one had been synced.
 */
function* logFaults(file: Buffer): Iterable<string> {
  let damaged: number | undefined
  for (let start = 0; start < file.length; start += LOG_BLOCK) {
    const end = Math.min(file.length, start + LOG_BLOCK)
    for (let at = start; at + LOG_HEADER <= end; ) {
      const length = file.readUInt16LE(at + 4)
      const until = at + LOG_HEADER + length
      const empty = length === 0 && file[at + 6] === 0
      if (empty) break
      const whole = until <= end && crc32c(file.subarray(at + 6, until)) === unmaskCrc(file.readUInt32LE(at))
      const begins = file[at + 6] === FULL || file[at + 6] === FIRST
      if (whole && begins && damaged !== undefined)
        return yield `the record at ${damaged} is damaged, and others follow`
      if (!whole) {
        damaged ??= at
        if (until > end) break
      }
      at = until
    }
  }
}

/** Where a block is in the file. */
interface BlockHandle {
  readonly offset: number
  readonly size: number
}

function handleAt(bytes: Uint8Array, at: number): [BlockHandle, number] {
  const [offset, next] = varint(bytes, at)
  const [size, end] = varint(bytes, next)
  return [{ offset, size }, end]
}

function isWhole(file: Buffer, { offset, size }: BlockHandle): boolean {
  const end = offset + size
  if (end + TRAILER > file.length) return false
  return crc32c(file.subarray(offset, end + 1)) === unmaskCrc(file.readUInt32LE(end + 1))
}

function contentOf(file: Buffer, { offset, size }: BlockHandle): Uint8Array {
  const content = file.subarray(offset, offset + size)
  return file[offset + size] === 1 ? uncompressSnappy(content) : content
}

/**
 * The values of an index block, which are handles of other blocks. Each key is stored without the prefix that it shares
 * with the previous key.
 */
function* handlesIn(block: Uint8Array): Iterable<BlockHandle> {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const end = block.length - 4 * (1 + view.getUint32(block.length - 4, true))
  for (let at = 0; at < end; ) {
    const [, unshared] = varint(block, at)
    const [keyLength, valueLength] = varint(block, unshared)
    const [size, key] = varint(block, valueLength)
    yield handleAt(block, key + keyLength)[0]
    at = key + keyLength + size
  }
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * i)
    if (byte < 0x80) return [value, at + i + 1]
  }
  throw wrongValue('table', `no number at ${at}`)
}

/** Snappy (format_description.txt): literals, and copies of earlier output. */
function uncompressSnappy(bytes: Uint8Array): Uint8Array {
  const [length, start] = varint(bytes, 0)
  const out = new Uint8Array(length)
  let at = start
  let to = 0
  const little = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i++) value += (bytes[at++] ?? 0) * 2 ** (8 * i)
    return value
  }
  while (at < bytes.length && to < length) {
    const tag = bytes[at++] as number
    const kind = tag & 3
    if (kind === 0) {
      const size = 1 + (tag >> 2 < 60 ? tag >> 2 : little((tag >> 2) - 59))
      out.set(bytes.subarray(at, at + size), to)
      at += size
      to += size
      continue
    }
    const size = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
    const back = kind === 1 ? ((tag >> 5) << 8) + little(1) : little(kind === 2 ? 2 : 4)
    if (back === 0 || back > to) throw wrongValue('table', 'a copy of bytes before the start')
    // Byte by byte, because the source of a copy may overlap its output.
    for (let i = 0; i < size; i++, to++) out[to] = out[to - back] as number
  }
  return out
}

/** LevelDB stores checksums masked (log_format.md, table_format.md). */
function unmaskCrc(stored: number): number {
  const rotated = (stored - 0xa282ead8) >>> 0
  return ((rotated >>> 17) | (rotated << 15)) >>> 0
}

/** Castagnoli's polynomial, reflected. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value >>> 0
})

function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = (TABLE[(crc ^ (bytes[i] as number)) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}
