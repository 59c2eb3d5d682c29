import { claimsOf } from '../../credential/claims.ts'
import { type CardValidity, cardValidity, issuedAt, temporaryValidity } from '../../credential/dates.ts'
import { type CredentialHeader, createCredentialHeader } from '../../credential/header.ts'
import type { CredentialInput } from '../../credential/payload.ts'
import { prepareCredential } from '../../credential/prepare.ts'
import type { PreparedCredential } from '../../credential/prepared.ts'
import { signTemporary } from '../../credential/temporary.ts'
import type { CertifiedSigner } from '../../keys/certified.ts'
import { toBase64url } from '../../lib/bytes.ts'
import type { Random } from '../../lib/random.ts'
import type { Clock, UnixSeconds } from '../../lib/time.ts'
import type { ResidentRegister } from '../../residents/register.ts'
import type { StatusAllocator, StatusIndex } from '../../status/allocator.ts'
import type { StatusLists } from '../../status/lists.ts'
import { Bucket } from '../../store/buckets.ts'
import { bytesCodec, type Store, Table, type WriteOp } from '../../store/store.ts'
import type { Vault } from '../../store/vault.ts'
import { IssuerError } from '../errors.ts'
import { factsDigest, sealFacts } from '../issued-facts.ts'
import type { IssueOrder } from '../order.ts'

/** A prepared credential with its status index, and the operations to commit with it. */
export interface Prepared extends PreparedFacts {
  readonly credential: PreparedCredential
}

/** The same for a card without an anchor, which is signed already. */
export interface PreparedTemporary extends PreparedFacts {
  readonly credential: string
}

interface PreparedFacts {
  readonly status: StatusIndex
  readonly issuedAt: UnixSeconds
  readonly expiresAt: UnixSeconds
  /** See `CredentialRecord`. */
  readonly sealedFacts: string
  readonly ops: readonly WriteOp[]
}

export interface PreparerOptions {
  readonly issuer: string
  /** The claim `issuing_authority`. A verifier shows the name in TrustRegistry instead. */
  readonly issuingAuthority: string
  readonly signer: CertifiedSigner
  /** Ledger time at which the signing key was registered: `iat` is never earlier. */
  readonly keyFrom: UnixSeconds
  readonly residents: ResidentRegister
  readonly allocator: StatusAllocator
  readonly lists: StatusLists
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
}

/** Prepares the credential of an order: the exact bytes that will be anchored. */
export class Preparer {
  readonly #header: CredentialHeader
  readonly #tags: Table<Uint8Array, Uint8Array>

  constructor(private readonly options: PreparerOptions) {
    this.#header = createCredentialHeader(options.signer.x5c)
    this.#tags = new Table(options.store, Bucket.subjectTag, bytesCodec, bytesCodec)
  }

  /**
   * @param installation its id, for the entry
   * @throws {IssuerError} ISSUER_PERSON_UNKNOWN
   * @throws {CredentialError} CREDENTIAL_SUBJECT_INCOMPLETE if the register lacks a fact that the card states
   * @throws {StatusError} STATUS_LISTS_FULL
   */
  async prepare(order: IssueOrder, installation: string): Promise<Prepared> {
    const { input, subjectTag, ...prepared } = await this.#contentOf(order, iat => cardValidity(order.card, iat))
    const { keyStorage, walletProvider } = order
    const entry = { keyStorage, walletProvider, subjectTag, installationTag: installation }
    return { ...prepared, credential: prepareCredential({ ...input, entry }, this.options.random) }
  }

  /**
   * A card without an anchor, which is signed at once. To be committed before it is delivered.
   * @throws as `prepare`
   */
  async prepareTemporary(order: IssueOrder): Promise<PreparedTemporary> {
    const { signer, random } = this.options
    const { input, subjectTag: _, ...prepared } = await this.#contentOf(order, temporaryValidity)
    return { ...prepared, credential: signTemporary(input, data => signer.sign(data), random) }
  }

  async #contentOf(order: IssueOrder, validity: (iat: UnixSeconds) => CardValidity) {
    const { issuer, issuingAuthority, signer, keyFrom, residents, allocator, lists, clock } = this.options
    const resident = await residents.find(order.person)
    if (!resident) {
      throw new IssuerError({ code: 'ISSUER_PERSON_UNKNOWN' }, 'This person is no longer in the register.')
    }
    const iat = issuedAt(clock(), keyFrom, signer.notBefore)
    const { exp, issuedOn, expiresOn } = validity(iat)
    const claims = claimsOf(order.card, resident.facts, { issuedOn, expiresOn, issuingAuthority })
    const subject = this.#subjectTag(order.person)
    const status = await allocator.take()
    const sealedFacts = sealFacts(this.options.vault, order.person, factsDigest(order.card, claims))
    const input: CredentialInput = {
      ...{ card: order.card, claims, holder: order.holderKey, iss: issuer, header: this.#header, iat, exp },
      status: { ...status, uri: lists.uri(status.list) },
    }
    return { input, subjectTag: subject.tag, sealedFacts, status, issuedAt: iat, expiresAt: exp, ops: subject.ops }
  }

  /** False only for a person who never had a credential: the first one is committed together with the person's tag. */
  mayHaveCredentials(person: Uint8Array): boolean {
    return this.#tags.has(person)
  }

  /** A random tag that stands for the person in manifests. It cannot be read after the person was erased. */
  #subjectTag(person: Uint8Array): { tag: string; ops: WriteOp[] } {
    const { vault, random } = this.options
    const sealed = this.#tags.get(person)
    if (sealed) return { tag: toBase64url(vault.open(person, 'subject tag', sealed)), ops: [] }
    const tag = random(16)
    return { tag: toBase64url(tag), ops: [this.#tags.put(person, vault.seal(person, 'subject tag', tag))] }
  }
}
