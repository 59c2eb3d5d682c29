/** The evidence file (docs/evidence.md): one JSON document that proves whether a card was valid at a time. */
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJsonObject } from '../../lib/json.ts'
import { ParseError } from '../../lib/parse-error.ts'
import type { UnixSeconds } from '../../lib/time.ts'
import { parseNodes } from '../../proof/contract.ts'
import { malformed } from '../../proof/errors.ts'
import { decodeHeader, encodeHeader, type Header } from '../../proof/header.ts'
import { REGISTRIES, type RegistryName } from '../../proof/registries/log.ts'

const EVIDENCE_FORMAT = 'dojang-evidence/1'

export interface ContractEvidence {
  readonly accountProof: readonly Uint8Array[]
  /** By slot, in hex. */
  readonly storage: ReadonlyMap<Hex, readonly Uint8Array[]>
}

export interface EvidenceFile {
  readonly chainId: number
  /** The time of the verdict. */
  readonly at: UnixSeconds
  /** The credential with the disclosures to hand over, without a key binding. */
  readonly credential: string
  /**
   * The headers that lead from the profile's validators to the block. The last one is the newest block at that time.
   */
  readonly path: readonly Header[]
  /**
   * The next block, which shows that there was no other block until that time. Null if the time is that of the block
   * itself.
   */
  readonly next: Header | null
  /** Statements of witnesses about the newest of these headers, if the profile requires them. */
  readonly witnesses: readonly string[]
  readonly contracts: Readonly<Record<RegistryName, ContractEvidence>>
  /** The texts behind description hashes, for display. */
  readonly descriptions: readonly { readonly org: number; readonly name: Uint8Array; readonly info: Uint8Array }[]
}

const MAX_LENGTH = 4 * 2 ** 20
const MAX_HEADERS = 64
const MAX_SLOTS = 64

export function encodeEvidence(file: EvidenceFile): string {
  const contracts = REGISTRIES.map(name => {
    const { accountProof, storage } = file.contracts[name]
    const slots = [...storage].map(([slot, nodes]) => [slot, nodes.map(toHex)])
    return [name, { accountProof: accountProof.map(toHex), storage: Object.fromEntries(slots) }]
  })
  const document = {
    format: EVIDENCE_FORMAT,
    chainId: file.chainId,
    at: file.at,
    credential: file.credential,
    path: file.path.map(header => toHex(encodeHeader(header))),
    next: file.next ? toHex(encodeHeader(file.next)) : null,
    witnesses: file.witnesses,
    contracts: Object.fromEntries(contracts),
    descriptions: file.descriptions.map(({ org, name, info }) => ({ org, name: toHex(name), info: toHex(info) })),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * Parses an evidence file. Nothing in it is verified.
 * @throws {ProofError} PROOF_MALFORMED
 */
export function parseEvidence(text: string): EvidenceFile {
  const json = parse(text)
  const { format, chainId, at, credential, path, next, witnesses, contracts, descriptions } = json
  if (format !== EVIDENCE_FORMAT) throw bad('format', `"${EVIDENCE_FORMAT}" is expected`)
  if (typeof chainId !== 'number' || chainId < 0) throw bad('chainId', 'a number is expected')
  if (typeof at !== 'number' || at < 0) throw bad('at', 'a time is expected')
  if (typeof credential !== 'string') throw bad('credential', 'a text is expected')
  // A text after the last ~ would be a key binding, which evidence must not contain.
  if (!credential.endsWith('~')) throw bad('credential', 'a credential without a key binding is expected')
  const headers = list(path, 'path', MAX_HEADERS).map(header => decodeHeader(bytes(header, 'path')))
  if (headers.length === 0) throw bad('path', 'it names no block')
  return {
    ...{ chainId, at, credential },
    path: headers,
    next: next === null ? null : decodeHeader(bytes(next, 'next')),
    // Files of versions without witnesses lack this member.
    witnesses: list(witnesses ?? [], 'witnesses', MAX_HEADERS).map(each => {
      if (typeof each !== 'string') throw bad('witnesses', 'a text is expected')
      return each
    }),
    contracts: Object.fromEntries(
      REGISTRIES.map(name => [name, contractOf(object(object(contracts, 'contracts')[name], name), name)]),
    ) as unknown as EvidenceFile['contracts'],
    descriptions: list(descriptions, 'descriptions', MAX_SLOTS).map(each => {
      const { org, name, info } = object(each, 'descriptions')
      if (typeof org !== 'number') throw bad('descriptions', 'a number is expected')
      return { org, name: bytes(name, 'descriptions'), info: bytes(info, 'descriptions') }
    }),
  }
}

function contractOf({ accountProof, storage }: JsonObject, name: string): ContractEvidence {
  const slots = Object.entries(object(storage, name))
  if (slots.length > MAX_SLOTS) throw bad(name, 'more slots than the check of a card needs')
  return {
    accountProof: parseNodes(accountProof, name),
    storage: new Map(
      slots.map(([slot, nodes]) => {
        if (!/^0x[0-9a-f]{64}$/.test(slot)) throw bad(name, 'a slot is 32 bytes in lower-case hex')
        return [slot as Hex, parseNodes(nodes, name)]
      }),
    ),
  }
}

function parse(text: string): JsonObject {
  try {
    return parseJsonObject(text, { maxLength: MAX_LENGTH, maxDepth: 8 })
  } catch (error) {
    throw error instanceof ParseError ? malformed('evidence', 'it is not acceptable JSON', error) : error
  }
}

function object(value: JsonValue | undefined, what: string): JsonObject {
  if (!isJsonObject(value)) throw bad(what, 'an object is expected')
  return value
}

function list(value: JsonValue | undefined, what: string, maxLength: number): readonly JsonValue[] {
  if (!Array.isArray(value) || value.length > maxLength) throw bad(what, `a list of at most ${maxLength} is expected`)
  return value
}

function bytes(value: JsonValue | undefined, what: string): Uint8Array {
  try {
    if (typeof value === 'string') return fromHex(value)
  } catch (error) {
    throw error instanceof ParseError ? malformed(`evidence.${what}`, 'hex bytes are expected', error) : error
  }
  throw bad(what, 'hex bytes are expected')
}

const bad = (what: string, reason: string) => malformed(`evidence.${what}`, reason)
