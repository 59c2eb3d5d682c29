/**
 * RFC 9901 §7.1, step 3 to 5: puts disclosures where their digests stand. Refused: a digest that stands twice
 * anywhere, a disclosure that no digest leads to, one in the wrong kind of place, a name that is taken.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/json.ts'
import { badDisclosure } from '../errors.ts'
import type { Disclosure } from './disclosure.ts'

/** Names of members; positions of array elements as issued, counting those kept back. */
export type ClaimPath = readonly (string | number)[]

/** Where in the processed payload an object or array stands; null is the payload itself. */
interface PayloadPosition {
  readonly parent: PayloadPosition | null
  readonly key: string | number
}

/** A disclosure and where it went. */
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
  /** The payload as if the disclosed claims had always been there; no `_sd`, no `...`, no `_sd_alg`. */
  readonly payload: JsonObject
  /** One for each disclosure; what is inside another comes after it. */
  readonly placements: readonly Placement[]
}

/** @throws {CredentialError} CREDENTIAL_BAD_DISCLOSURE */
export function processDisclosures(payload: JsonObject, disclosures: readonly Disclosure[]): Processed {
  const processor = new Processor(disclosures)
  const processed = processor.object(payload, null)
  if (processor.placements.length !== disclosures.length) throw badDisclosure('no digest leads to a disclosure')
  return { payload: processed, placements: processor.placements }
}

class Processor {
  readonly placements: Placement[] = []
  /** What each digest leads to; null once it has been met. */
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
    if (!Array.isArray(digests)) throw badDisclosure('_sd is no list')
    for (const digest of digests as readonly JsonValue[]) {
      const disclosure = this.take(digest)
      if (disclosure === null) continue
      const { name } = disclosure
      if (name === null) throw badDisclosure('an array element stands among members')
      if (Object.hasOwn(object, name)) throw badDisclosure('a claim that is there already')
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
      if (Object.keys(item).length !== 1) throw badDisclosure('more beside a digest in an array')
      const disclosure = this.take(item['...'])
      if (disclosure === null) return
      if (disclosure.name !== null) throw badDisclosure('a member stands in an array')
      array.push(this.place(new Placement(disclosure, at, position)))
    })
    return array
  }

  private value(value: JsonValue, at: PayloadPosition): JsonValue {
    if (Array.isArray(value)) return this.array(value, at)
    return isJsonObject(value) ? this.object(value, at) : value
  }

  /** The disclosure of a digest, null if it is not shown. Each digest is met once. */
  private take(digest: JsonValue | undefined): Disclosure | null {
    if (typeof digest !== 'string') throw badDisclosure('a digest is a string')
    const disclosure = this.digests.get(digest)
    if (disclosure === null) throw badDisclosure('a digest stands twice')
    this.digests.set(digest, null)
    return disclosure ?? null
  }

  private place(placement: Placement): JsonValue {
    this.placements.push(placement)
    return this.value(placement.disclosure.value, placement)
  }
}
