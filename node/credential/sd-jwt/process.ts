/**
 * RFC 9901 §7.1, step 3 to 5: puts disclosures where their digests stand. Refused: a digest that stands twice
 * anywhere, a disclosure that no digest leads to, one in the wrong kind of place, a name that is taken.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts'
import { badDisclosure } from '../errors.ts'
import type { Disclosure } from './disclosure.ts'

/** Names of members; positions of array elements as issued, counting those kept back. */
export type ClaimPath = readonly (string | number)[]

export interface Processed {
  /** The payload as if the disclosed claims had always been there; no `_sd`, no `...`, no `_sd_alg`. */
  readonly payload: JsonObject
  readonly placed: readonly { readonly path: ClaimPath; readonly disclosure: Disclosure }[]
}

/** @throws {CredentialError} CREDENTIAL_BAD_DISCLOSURE */
export function processDisclosures(payload: JsonObject, disclosures: readonly Disclosure[]): Processed {
  const processor = new Processor(disclosures)
  const { _sd_alg, ...rest } = payload
  const processed = processor.object(rest, [])
  if (processor.placed.length !== disclosures.length) throw badDisclosure('no digest leads to a disclosure')
  return { payload: processed, placed: processor.placed }
}

class Processor {
  readonly placed: { path: ClaimPath; disclosure: Disclosure }[] = []
  private readonly byDigest = new Map<string, Disclosure>()
  private readonly seen = new Set<string>()

  constructor(disclosures: readonly Disclosure[]) {
    for (const disclosure of disclosures) this.byDigest.set(disclosure.digest, disclosure)
    if (this.byDigest.size !== disclosures.length) throw badDisclosure('a disclosure is presented twice')
  }

  object(source: JsonObject, path: ClaimPath): JsonObject {
    const object: { [name: string]: JsonValue } = {}
    for (const name in source) {
      if (name === '_sd') continue
      if (name === '...' || name === '_sd_alg') throw badDisclosure(`a reserved member in the wrong place`)
      const value = source[name] as JsonValue
      object[name] = typeof value === 'object' && value !== null ? this.value(value, [...path, name]) : value
    }
    const digests = source._sd
    if (digests === undefined) return object
    if (!Array.isArray(digests)) throw badDisclosure('_sd is no list')
    for (const digest of digests as readonly JsonValue[]) {
      const disclosure = this.take(digest)
      if (disclosure === undefined) continue
      if (disclosure.name === null) throw badDisclosure('an array element stands among members')
      if (Object.hasOwn(object, disclosure.name)) throw badDisclosure('a claim that is there already')
      object[disclosure.name] = this.place(disclosure, [...path, disclosure.name])
    }
    return object
  }

  private array(source: readonly JsonValue[], path: ClaimPath): JsonValue[] {
    const array: JsonValue[] = []
    source.forEach((item, position) => {
      if (!isJsonObject(item) || !Object.hasOwn(item, '...')) {
        array.push(this.value(item, [...path, position]))
        return
      }
      if (Object.keys(item).length !== 1) throw badDisclosure('more beside a digest in an array')
      const disclosure = this.take(item['...'])
      if (disclosure === undefined) return
      if (disclosure.name !== null) throw badDisclosure('a member stands in an array')
      array.push(this.place(disclosure, [...path, position]))
    })
    return array
  }

  private value(value: JsonValue, path: ClaimPath): JsonValue {
    if (Array.isArray(value)) return this.array(value, path)
    return isJsonObject(value) ? this.object(value, path) : value
  }

  /** The disclosure of a digest, if it is shown. Each digest is met once. */
  private take(digest: JsonValue | undefined): Disclosure | undefined {
    if (typeof digest !== 'string') throw badDisclosure('a digest is a string')
    if (this.seen.has(digest)) throw badDisclosure('a digest stands twice')
    this.seen.add(digest)
    return this.byDigest.get(digest)
  }

  private place(disclosure: Disclosure, path: ClaimPath): JsonValue {
    this.placed.push({ path, disclosure })
    return this.value(disclosure.value, path)
  }
}
