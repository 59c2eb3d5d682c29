import { randomBytes } from 'node:crypto'
import type { ResidentFacts } from '../../../node/credential/subject.ts'
import { utf8 } from '../../../node/lib/bytes.ts'
import { toCsv } from '../../../node/residents/csv/write.ts'
import { fictitiousPopulation } from '../../../node/residents/population/population.ts'
import { StoredRegister } from '../../../node/residents/stored.ts'
import { Vault } from '../../../node/store/vault.ts'
import { MemoryStore } from '../../support/memory-store.ts'

export const TODAY = '2026-01-15'
export const NOW = Date.parse(`${TODAY}T03:00:00Z`) / 1000

export const population = (count: number, seed = 'test'): ResidentFacts[] => [
  ...fictitiousPopulation({ count, seed, today: TODAY }),
]

export function memoryRegister(): StoredRegister {
  const store = new MemoryStore()
  return new StoredRegister(store, new Vault(store, randomBytes(32), randomBytes))
}

/** Yields the bytes in pieces, as a socket delivers them. A piece may end inside a character. */
export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

export function csvOf(residents: Iterable<ResidentFacts>, charset: 'utf-8' | 'cp949' = 'utf-8'): Uint8Array {
  return Buffer.concat([...toCsv(residents, charset)])
}

export const HEADER = '주민등록번호,성명,주소,행정구역코드,사진'
const PORTRAIT = Buffer.from(population(1)[0]?.portrait ?? []).toString('base64')

/** A row of `HEADER`, valid unless `cells` makes it invalid. */
export function rowOf(cells: { number?: string; name?: string; address?: string; code?: string; portrait?: string }) {
  const { number = '900101-1990001', name = '홍길동', address = '세종특별자치시 가상로 1', code = '3611000000' } = cells
  return [number, name, address, code, cells.portrait ?? PORTRAIT].join(',')
}

export const csv = (...lines: string[]): Uint8Array => utf8(lines.join('\n'))
