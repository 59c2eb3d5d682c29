/** The trust part of a replica: everything TrustRegistry holds, and the names behind its hashes. */
import { keccak256 } from '#crypto'
import { type ByteReader, ByteWriter } from '../../lib/binary.ts'
import { compareBytes, concat, fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import {
  AUTHORITY_SLOT,
  accountSlot,
  grantSlot,
  keySlot,
  ORGANISATION_COUNT_SLOT,
  organisationSlot,
  slotAfter,
} from '../../proof/slots.ts'
import {
  type AccountWord,
  type KeyWord,
  NEVER,
  packAccount,
  packKey,
  packOrganisation,
  packTerm,
  type TermWord,
} from '../../proof/words.ts'
import type { Journal } from './journal.ts'
import { addressIn, type EventReader } from './logs.ts'
import { ascending } from './order.ts'
import { Storage } from './storage.ts'

/** Texts are UTF-8 as the event carried them; nobody promised that it is well-formed. */
export interface ReplicaOrganisation extends TermWord {
  readonly admin: Hex
  readonly name: Uint8Array
  readonly issuer: Uint8Array
  readonly info: Uint8Array
}

export interface ReplicaGrant extends TermWord {
  readonly org: number
  readonly purpose: Hex
  readonly text: Uint8Array
}

const grantKey = (org: number, purpose: Hex): string => `${org}/${purpose}`

export class TrustPart {
  readonly organisations = new Map<number, ReplicaOrganisation>()
  readonly keys = new Map<Hex, KeyWord>()
  readonly #grants = new Map<string, ReplicaGrant>()
  readonly #accounts = new Map<Hex, AccountWord>()
  readonly #authority = new Map<'authority', Hex>()
  readonly #storage: Storage

  constructor(private readonly journal: Journal) {
    this.#storage = new Storage(journal)
  }

  get root(): Hex {
    return this.#storage.root
  }

  grant(org: number, purpose: Hex): ReplicaGrant | undefined {
    return this.#grants.get(grantKey(org, purpose))
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that cannot follow what came before */
  apply(event: EventReader): void {
    switch (event.name) {
      case 'AuthorityUpdated':
        this.#setAuthority(addressIn(event.word(0)))
        return
      case 'OrganisationRegistered':
        this.#setOrganisation(event.indexedNumber(0), {
          admin: addressIn(event.indexed(1)),
          from: event.number(0),
          until: event.number(1),
          name: event.bytes(2).slice(),
          issuer: event.bytes(3).slice(),
          info: event.bytes(4).slice(),
        })
        return
      case 'OrganisationDescribed':
        this.#changeOrganisation(event, { name: event.bytes(0).slice(), info: event.bytes(1).slice() })
        return
      case 'OrganisationTermChanged':
        this.#changeOrganisation(event, { from: event.number(2), until: event.number(3) })
        return
      case 'AdminChanged':
        this.#changeOrganisation(event, { admin: addressIn(event.indexed(2)) })
        return
      case 'Granted': {
        const text = event.bytes(0).slice()
        const [from, until] = [event.number(1), event.number(2)]
        this.#setGrant({ org: event.indexedNumber(0), purpose: toHex(keccak256(text)), text, from, until })
        return
      }
      case 'Withdrawn': {
        const grant = this.grant(event.indexedNumber(0), toHex(event.indexed(1)))
        if (!grant) throw unknown('grant')
        this.#setGrant({ ...grant, from: event.number(0), until: event.number(1) })
        return
      }
      case 'KeyRegistered': {
        const [from, until, uses] = [event.number(0), event.number(1), event.number(2)]
        const key = { org: event.indexedNumber(1), from, until, uses, distrustedFrom: NEVER }
        this.#setKey(toHex(event.indexed(0)), key)
        return
      }
      case 'KeyRetired':
        this.#changeKey(event, { until: event.number(1) })
        return
      case 'KeyDistrusted':
        this.#changeKey(event, { distrustedFrom: event.number(1) })
        return
      case 'AccountChanged':
        this.#setAccount(addressIn(event.indexed(0)), {
          org: event.indexedNumber(1),
          capabilities: event.number(1),
        })
        return
      default:
        throw malformed('log', `the trust registry emits no ${event.name}`)
    }
  }

  /** docs/snapshot-format.md, trust part. */
  encode(): Uint8Array {
    const out = new ByteWriter().put(fromHex(this.#authority.get('authority') ?? `0x${'0'.repeat(40)}`))
    out.u32(this.organisations.size)
    for (let org = 1; org <= this.organisations.size; org++) {
      const { admin, from, until, name, issuer, info } = this.organisations.get(org) as ReplicaOrganisation
      out.put(fromHex(admin)).u40(from).u40(until)
      for (const text of [name, issuer, info]) out.u32(text.length).put(text)
    }
    out.u32(this.#grants.size)
    const grants = [...this.#grants.values()].sort(
      (a, b) => a.org - b.org || compareBytes(fromHex(a.purpose), fromHex(b.purpose)),
    )
    for (const { org, from, until, text } of grants) out.u32(org).u40(from).u40(until).u16(text.length).put(text)
    out.u32(this.keys.size)
    for (const [keyId, key] of [...this.keys].sort(byText)) {
      out.put(fromHex(keyId)).u32(key.org).u40(key.from).u40(key.until).u40(key.distrustedFrom).u8(key.uses)
    }
    out.u32(this.#accounts.size)
    for (const [account, { org, capabilities }] of [...this.#accounts].sort(byText)) {
      out.put(fromHex(account)).u32(org).u8(capabilities)
    }
    return out.bytes()
  }

  /** Into an empty part. @throws {ParseError | ProofError} PROOF_MALFORMED */
  decode(input: ByteReader): void {
    this.#setAuthority(toHex(input.take(20)))
    const organisations = input.count(42)
    for (let org = 1; org <= organisations; org++) {
      const [admin, from, until] = [toHex(input.take(20)), input.u40(), input.u40()]
      const [name, issuer, info] = [text(input), text(input), text(input)]
      this.#setOrganisation(org, { admin, from, until, name, issuer, info })
    }
    const grants = ascending('grants', (a: ReplicaGrant, b) => a.org - b.org || (a.purpose < b.purpose ? -1 : 1))
    for (let left = input.count(16); left > 0; left--) {
      const [org, from, until] = [input.u32(), input.u40(), input.u40()]
      const purposeText = input.take(input.u16())
      this.#setGrant(grants({ org, purpose: toHex(keccak256(purposeText)), text: purposeText, from, until }))
    }
    const keys = ascending('keys', (a: Hex, b) => (a < b ? -1 : 1))
    for (let left = input.count(52); left > 0; left--) {
      const keyId = keys(toHex(input.take(32)))
      const [org, from, until, distrustedFrom] = [input.u32(), input.u40(), input.u40(), input.u40()]
      this.#setKey(keyId, { org, from, until, distrustedFrom, uses: input.u8() })
    }
    const accounts = ascending('accounts', (a: Hex, b) => (a < b ? -1 : 1))
    for (let left = input.count(25); left > 0; left--) {
      const account = accounts(toHex(input.take(20)))
      this.#setAccount(account, { org: input.u32(), capabilities: input.u8() })
    }
  }

  #setAuthority(authority: Hex): void {
    this.journal.put(this.#authority, 'authority', authority)
    this.#storage.write(AUTHORITY_SLOT, BigInt(authority))
  }

  #setOrganisation(org: number, organisation: ReplicaOrganisation): void {
    const { name, issuer, info } = organisation
    const known = this.organisations.has(org)
    if (!known && org !== this.organisations.size + 1) throw malformed('organisations', 'ids count from 1')
    this.journal.put(this.organisations, org, organisation)
    const slot = organisationSlot(org)
    this.#storage.write(slot, packOrganisation(organisation))
    this.#storage.write(slotAfter(slot, 1), keccak256(concat(keccak256(name), keccak256(info))))
    this.#storage.write(slotAfter(slot, 2), keccak256(issuer))
    if (!known) this.#storage.write(ORGANISATION_COUNT_SLOT, BigInt(org))
  }

  #changeOrganisation(event: EventReader, change: Partial<ReplicaOrganisation>): void {
    const org = event.indexedNumber(0)
    const organisation = this.organisations.get(org)
    if (!organisation) throw unknown('organisation')
    this.#setOrganisation(org, { ...organisation, ...change })
  }

  #setGrant(grant: ReplicaGrant): void {
    this.journal.put(this.#grants, grantKey(grant.org, grant.purpose), grant)
    this.#storage.write(grantSlot(grant.org, grant.purpose), recorded('grant', packTerm(grant)))
  }

  #setKey(keyId: Hex, key: KeyWord): void {
    this.journal.put(this.keys, keyId, key)
    this.#storage.write(keySlot(keyId), recorded('key', packKey(key)))
  }

  #changeKey(event: EventReader, change: Partial<KeyWord>): void {
    const keyId = toHex(event.indexed(0))
    const key = this.keys.get(keyId)
    if (!key) throw unknown('key')
    this.#setKey(keyId, { ...key, ...change })
  }

  #setAccount(account: Hex, word: AccountWord): void {
    this.journal.put(this.#accounts, account, word)
    this.#storage.write(accountSlot(account), recorded('account', packAccount(word)))
  }
}

/** A word of zeros leaves no trace in storage, so a record of zeros that somebody added could not be detected. */
function recorded(what: string, word: bigint): bigint {
  if (word === 0n) throw malformed(what, 'a record that storage knows nothing of')
  return word
}

const text = (input: ByteReader): Uint8Array => input.take(input.count(1))
const byText = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1)
const unknown = (what: string) => malformed('log', `it changes a ${what} that is not there`)
