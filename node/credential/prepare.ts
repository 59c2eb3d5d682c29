/**
 * A credential is anchored first and signed afterwards. This is the first half. It writes header and payload once, with
 * a placeholder in the top-level `_sd` for the digest of the receipt, which does not exist yet. The leaf is the hash of
 * both. When the leaf's root is on the ledger, `completeCredential` fills in the digest and signs. Nothing is
 * serialised twice, so no canonical JSON is needed.
 * Why: docs/decisions/002.
 */
import { sha256 } from '#crypto'
import { toBase64url, utf8 } from '../lib/bytes.ts'
import { bufferedRandom, type Random, shuffle } from '../lib/random.ts'
import type { KeyStorage } from './card.ts'
import { encodeEntry, entryHash } from './entry.ts'
import { leafHash, PLACEHOLDER } from './leaf.ts'
import { type CredentialInput, checked, disclose, publicPart } from './payload.ts'
import type { PreparedCredential } from './prepared.ts'
import { makeSalts, saltBytes } from './template.ts'

/** The members of the entry that are not in the credential. */
export interface EntryInput {
  readonly keyStorage: KeyStorage
  readonly walletProvider: string | null
  readonly subjectTag: string
  readonly installationTag: string
}

/** @throws {CredentialError} CREDENTIAL_INPUT_INVALID */
export function prepareCredential(input: CredentialInput & { entry: EntryInput }, random: Random): PreparedCredential {
  const template = checked(input)
  const count = template.selective.length + 1
  const pool = bufferedRandom(random, saltBytes(count) + 4 * count + 16)
  const salts = makeSalts(count, pool)
  const { disclosures, digests, nested } = disclose(template, input.claims, salts, pool)
  const list = shuffle([...digests, PLACEHOLDER], pool).join('","')
  const head = `${publicPart(input, template, nested)}"_sd":["`
  const text = `${head}${list}"],"_sd_alg":"sha-256"}`
  const payload = utf8(text)
  const placeholderOffset = head.length + list.indexOf(PLACEHOLDER)
  const entry = encodeEntry({
    vct: input.card.vct,
    list: input.status.list,
    index: input.status.idx,
    validFrom: input.iat,
    validUntil: input.exp,
    ...input.entry,
    salt: toBase64url(pool(16)),
  })
  const hash = entryHash(entry)
  return {
    header: input.header,
    payload,
    placeholderOffset:
      payload.length === text.length ? placeholderOffset : utf8(text.slice(0, placeholderOffset)).length,
    disclosures,
    anchorSalt: salts[count - 1] as string,
    entry,
    entryHash: hash,
    leaf: leafHash(input.header.hash, sha256(payload), hash),
  }
}
