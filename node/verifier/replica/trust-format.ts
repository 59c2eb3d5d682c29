/** The trust part in a snapshot file (docs/snapshot-format.md, trust part). */
import { keccak256 } from '#crypto'
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { compareBytes, fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { NEVER, unlessNever } from '../../proof/registries/interval.ts'
import { requireAscending } from './ascending.ts'
import type { ReplicaGrant, ReplicaOrganisation, TrustPart } from './trust.ts'

export function encodeTrust({ authority, organisations, grants, keys, accounts }: TrustPart): Uint8Array {
  const out = new ByteWriter().put(fromHex(authority))
  out.u32(organisations.size)
  for (let org = 1; org <= organisations.size; org++) {
    const { admin, from, until, name, issuer, info } = organisations.get(org) as ReplicaOrganisation
    out.put(fromHex(admin)).u40(from).u40(until)
    for (const text of [name, issuer, info]) out.u32(text.length).put(text)
  }
  out.u32(grants.size)
  const inOrder = [...grants.values()].sort(
    (a, b) => a.org - b.org || compareBytes(fromHex(a.purpose), fromHex(b.purpose)),
  )
  for (const { org, from, until, text } of inOrder) out.u32(org).u40(from).u40(until).u16(text.length).put(text)
  out.u32(keys.size)
  for (const [keyId, { org, from, until, distrustedFrom, uses }] of [...keys].sort(compareByKey)) {
    out
      .put(fromHex(keyId))
      .u32(org)
      .u40(from)
      .u40(until)
      .u40(distrustedFrom ?? NEVER)
      .u8(uses)
  }
  out.u32(accounts.size)
  for (const [account, { org, capabilities }] of [...accounts].sort(compareByKey)) {
    out.put(fromHex(account)).u32(org).u8(capabilities)
  }
  return out.bytes()
}

/** Fills an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
export function decodeTrust(input: ByteReader, part: TrustPart): void {
  part.setAuthority(toHex(input.take(20)))
  const organisations = input.count(42)
  for (let org = 1; org <= organisations; org++) {
    const [admin, from, until] = [toHex(input.take(20)), input.u40(), input.u40()]
    const [name, issuer, info] = [text(input), text(input), text(input)]
    part.setOrganisation(org, { admin, from, until, name, issuer, info })
  }
  const grants = requireAscending('grants', (a: ReplicaGrant, b) => a.org - b.org || (a.purpose < b.purpose ? -1 : 1))
  for (let left = input.count(16); left > 0; left--) {
    const [org, from, until] = [input.u32(), input.u40(), input.u40()]
    const purposeText = input.take(input.u16())
    part.setGrant(grants({ org, purpose: toHex(keccak256(purposeText)), text: purposeText, from, until }))
  }
  const keys = requireAscending('keys', (a: Hex, b) => (a < b ? -1 : 1))
  for (let left = input.count(52); left > 0; left--) {
    const keyId = keys(toHex(input.take(32)))
    const [org, from, until, distrustedFrom] = [input.u32(), input.u40(), input.u40(), unlessNever(input.u40())]
    part.setKey(keyId, { org, from, until, distrustedFrom, uses: input.u8() })
  }
  const accounts = requireAscending('accounts', (a: Hex, b) => (a < b ? -1 : 1))
  for (let left = input.count(25); left > 0; left--) {
    const account = accounts(toHex(input.take(20)))
    part.setAccount(account, { org: input.u32(), capabilities: input.u8() })
  }
}

const text = (input: ByteReader): Uint8Array => input.take(input.count(1))
const compareByKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
