/** The trust part of a replica: the state of TrustRegistry, and the texts behind its hashes. */
import { keccak256 } from '#crypto'
import { fromHex, type Hex, toHex } from '../../lib/bytes.ts'
import { malformed } from '../../proof/errors.ts'
import { descriptionHash } from '../../proof/registries/description.ts'
import type { TrustRegistryEvent } from '../../proof/registries/events/trust-registry.ts'
import { type Interval, unlessNever } from '../../proof/registries/interval.ts'
import type { AccountRecord, KeyRecord } from '../../proof/registries/records.ts'
import {
  accountSlot,
  grantSlot,
  keySlot,
  ORGANISATION_COUNT_SLOT,
  organisationSlot,
  slotAfter,
} from '../../proof/registries/slots.ts'
import {
  type OrganisationWord,
  packAccount,
  packKey,
  packOrganisation,
  packTerm,
} from '../../proof/registries/words.ts'
import { Storage } from './storage.ts'
import type { UndoLog } from './undo-log.ts'

/** The texts are the bytes of the event, because the contract does not check that they are UTF-8. */
export interface ReplicaOrganisation extends OrganisationWord {
  readonly name: Uint8Array
  readonly issuer: Uint8Array
  readonly info: Uint8Array
}

export interface ReplicaGrant extends Interval {
  readonly org: number
  /** keccak256 of `text`. */
  readonly purpose: Hex
  readonly text: Uint8Array
}

const grantKey = (org: number, purpose: Hex): string => `${org}/${purpose}`

export class TrustPart {
  readonly organisations = new Map<number, ReplicaOrganisation>()
  readonly keys = new Map<Hex, KeyRecord>()
  readonly grants = new Map<string, ReplicaGrant>()
  readonly accounts = new Map<Hex, AccountRecord>()
  readonly #storage: Storage

  constructor(private readonly undoLog: UndoLog) {
    this.#storage = new Storage(undoLog)
  }

  get root(): Hex {
    return this.#storage.root
  }

  get authority(): Hex {
    return this.#storage.authority
  }

  grant(org: number, purpose: Hex): ReplicaGrant | undefined {
    return this.grants.get(grantKey(org, purpose))
  }

  /** @throws {ProofError} PROOF_MALFORMED for an event that is impossible in this state */
  apply(event: TrustRegistryEvent): void {
    switch (event.type) {
      case 'AuthorityUpdated':
        this.setAuthority(event.authority)
        return
      case 'OrganisationRegistered': {
        const { org, admin, from, until, name, issuer, info } = event
        this.setOrganisation(org, { admin, from, until, name, issuer, info })
        return
      }
      case 'OrganisationDescribed':
        this.#changeOrganisation(event.org, { name: event.name, info: event.info })
        return
      case 'OrganisationTermChanged':
        this.#changeOrganisation(event.org, { from: event.from, until: event.until })
        return
      case 'AdminChanged':
        this.#changeOrganisation(event.org, { admin: event.admin })
        return
      case 'Granted': {
        const { org, text, from, until } = event
        this.setGrant({ org, purpose: toHex(keccak256(text)), text, from, until })
        return
      }
      case 'Withdrawn': {
        const grant = this.grant(event.org, event.purpose)
        if (!grant) throw unknownRecord('grant')
        this.setGrant({ ...grant, from: event.from, until: event.until })
        return
      }
      case 'KeyRegistered': {
        const { keyId, org, from, until, uses } = event
        this.setKey(keyId, { org, from, until, uses, distrustedFrom: null })
        return
      }
      case 'KeyRetired':
        this.#changeKey(event.keyId, { until: event.until })
        return
      case 'KeyDistrusted':
        this.#changeKey(event.keyId, { distrustedFrom: unlessNever(event.from) })
        return
      case 'AccountChanged':
        this.setAccount(event.account, { org: event.org, capabilities: event.capabilities })
        return
    }
  }

  setAuthority(authority: Hex): void {
    this.#storage.setAuthority(authority)
  }

  setOrganisation(org: number, organisation: ReplicaOrganisation): void {
    const exists = this.organisations.has(org)
    if (!exists && org !== this.organisations.size + 1) throw malformed('organisations', 'ids count from 1')
    this.undoLog.put(this.organisations, org, organisation)
    const slot = organisationSlot(org)
    this.#storage.write(slot, packOrganisation(organisation))
    this.#storage.write(slotAfter(slot, 1), fromHex(descriptionHash(organisation)))
    this.#storage.write(slotAfter(slot, 2), keccak256(organisation.issuer))
    if (!exists) this.#storage.write(ORGANISATION_COUNT_SLOT, BigInt(org))
  }

  setGrant(grant: ReplicaGrant): void {
    this.undoLog.put(this.grants, grantKey(grant.org, grant.purpose), grant)
    this.#storage.write(grantSlot(grant.org, grant.purpose), requireNonZero('grant', packTerm(grant)))
  }

  setKey(keyId: Hex, key: KeyRecord): void {
    this.undoLog.put(this.keys, keyId, key)
    this.#storage.write(keySlot(keyId), requireNonZero('key', packKey(key)))
  }

  setAccount(account: Hex, record: AccountRecord): void {
    this.undoLog.put(this.accounts, account, record)
    this.#storage.write(accountSlot(account), requireNonZero('account', packAccount(record)))
  }

  #changeOrganisation(org: number, change: Partial<ReplicaOrganisation>): void {
    const organisation = this.organisations.get(org)
    if (!organisation) throw unknownRecord('organisation')
    this.setOrganisation(org, { ...organisation, ...change })
  }

  #changeKey(keyId: Hex, change: Partial<KeyRecord>): void {
    const key = this.keys.get(keyId)
    if (!key) throw unknownRecord('key')
    this.setKey(keyId, { ...key, ...change })
  }
}

/** A word of zeros is not stored, so the storage root could not detect an added record with this word. */
function requireNonZero(what: string, word: bigint): bigint {
  if (word === 0n) throw malformed(what, 'its word is zero, which storage does not contain')
  return word
}

const unknownRecord = (what: string) => malformed('log', `it changes a ${what} that does not exist`)
