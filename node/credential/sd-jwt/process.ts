/**
 * RFC 9901 §7.1, steps 3 to 5: replaces each digest by its disclosure. A digest that occurs twice, a disclosure without
 * a digest, a disclosure of the wrong kind for its position, and a name that is already used are refused.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts'
import { badDisclosure } from '../errors.ts'
import type { Disclosure } from './disclosure.ts'

/** Names of members, and positions of array elements as issued, counting those that are not disclosed. */
export type ClaimPath = readonly (string | number)[]

/** The position of an object or array in the processed payload. Null is the payload itself. */
interface PayloadPosition {
  readonly parent: PayloadPosition | null
  readonly key: string | number
}

/** A disclosure and its position in the processed payload. */
export class Placement implements PayloadPosition {
  constructor(
    readonly disclosure: Disclosure,
    readonly parent: PayloadPosition | null,
    readonly key: string | number,
  ) {}

  get path(): ClaimPath {
    const path = [this.key]
    for (let at = this.parent; at !== null; at = at.parent) path.push(at.key)
    return path.reverse()
  }
}

export interface Processed {
  /** The payload with the disclosed claims in place, without `_sd`, `...` and `_sd_alg`. */
  readonly payload: JsonObject
  /** One for each disclosure. A disclosure inside another one comes after it. */
  readonly placements: readonly Placement[]
}

/** @throws {CredentialError} CREDENTIAL_BAD_DISCLOSURE */
export function processDisclosures(payload: JsonObject, disclosures: readonly Disclosure[]): Processed {
  const processor = new Processor(disclosures)
  const processed = processor.object(payload, null)
  if (processor.placements.length !== disclosures.length) throw badDisclosure('a disclosure has no digest')
  return { payload: processed, placements: processor.placements }
}

class Processor {
  readonly placements: Placement[] = []
  /** The disclosure of each digest; null once the digest has occurred. */
  private readonly digests = new Map<string, Disclosure | null>()

  constructor(disclosures: readonly Disclosure[]) {
    for (const disclosure of disclosures) this.digests.set(disclosure.digest, disclosure)
    if (this.digests.size !== disclosures.length) throw badDisclosure('a disclosure is presented twice')
  }

  object(source: JsonObject, at: PayloadPosition | null): JsonObject {
    const object: { [name: string]: JsonValue } = {}
    for (const name in source) {
      if (name === '_sd' || (name === '_sd_alg' && at === null)) continue
      if (name === '...' || name === '_sd_alg') throw badDisclosure('a reserved member in the wrong place')
      const value = source[name] as JsonValue
      object[name] = typeof value === 'object' && value !== null ? this.value(value, { parent: at, key: name }) : value
    }
    const digests = source._sd
    if (digests === undefined) return object
    if (!Array.isArray(digests)) throw badDisclosure('_sd is not a list')
    for (const digest of digests as readonly JsonValue[]) {
      const disclosure = this.take(digest)
      if (disclosure === null) continue
      const { name } = disclosure
      if (name === null) throw badDisclosure('the disclosure of an array element is among members')
      if (Object.hasOwn(object, name)) throw badDisclosure('a claim that exists already')
      object[name] = this.place(new Placement(disclosure, at, name))
    }
    return object
  }

  private array(source: readonly JsonValue[], at: PayloadPosition): JsonValue[] {
    const array: JsonValue[] = []
    source.forEach((item, position) => {
      if (!isJsonObject(item) || !Object.hasOwn(item, '...')) {
        array.push(this.value(item, { parent: at, key: position }))
        return
      }
      if (Object.keys(item).length !== 1) throw badDisclosure('an array element with more than a digest')
      const disclosure = this.take(item['...'])
      if (disclosure === null) return
      if (disclosure.name !== null) throw badDisclosure('the disclosure of a member is in an array')
      array.push(this.place(new Placement(disclosure, at, position)))
    })
    return array
  }

  private value(value: JsonValue, at: PayloadPosition): JsonValue {
    if (Array.isArray(value)) return this.array(value, at)
    return isJsonObject(value) ? this.object(value, at) : value
  }

  /** The disclosure of a digest; null if it is not shown. A digest may occur once. */
  private take(digest: JsonValue | undefined): Disclosure | null {
    if (typeof digest !== 'string') throw badDisclosure('a digest is a string')
    const disclosure = this.digests.get(digest)
    if (disclosure === null) throw badDisclosure('a digest occurs twice')
    this.digests.set(digest, null)
    return disclosure ?? null
  }

  private place(placement: Placement): JsonValue {
    this.placements.push(placement)
    return this.value(placement.disclosure.value, placement)
  }
}
