/** Real cards of a real issuer on a real ledger, presented with a real holder key. */

import { randomBytes } from 'node:crypto'
import { claimsOf } from '../../../../node/credential/claims.ts'
import { completeCredential } from '../../../../node/credential/complete.ts'
import { cardValidity, temporaryValidity } from '../../../../node/credential/dates.ts'
import { createCredentialHeader } from '../../../../node/credential/header.ts'
import { prepareCredential } from '../../../../node/credential/prepare.ts'
import { receiptFor } from '../../../../node/credential/receipt.ts'
import { signTemporary } from '../../../../node/credential/temporary.ts'
import { buildTree } from '../../../../node/credential/tree.ts'
import { toBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { systemClock } from '../../../../node/lib/time.ts'
import { resident } from '../../../support/cards.ts'
import { hong } from '../../credential/support.ts'
import { holder, ISS, issuer, present } from '../support.ts'
import { LedgerWorld, LIST, PURPOSE } from './ledger-world.ts'

const random = (length: number) => new Uint8Array(randomBytes(length))

export interface WorldCard {
  readonly text: string
  readonly root: string
  readonly index: number
}

/** A ledger whose only issuer is the test issuer. */
export function openCardWorld(capacity = 131_072): Promise<LedgerWorld> {
  return LedgerWorld.open({ issuer: ISS, keyId: issuer.signer.keyId, capacity })
}

/** Signed now; on the ledger only with `anchored`. */
export async function issueOn(
  world: LedgerWorld,
  index: number,
  { anchored = true, uri = `${ISS}/status-lists/${LIST}` } = {},
): Promise<WorldCard> {
  const iat = systemClock()
  const { exp, ...dates } = cardValidity(resident, iat)
  const tag = () => toBase64url(random(16))
  const prepared = prepareCredential(
    {
      card: resident,
      claims: claimsOf(resident, hong, { ...dates, issuingAuthority: '서울특별시 종로구청장' }),
      holder: holder.publicKey.jwk,
      iss: ISS,
      header: createCredentialHeader(issuer.x5c),
      iat,
      exp,
      status: { list: LIST, idx: index, uri },
      entry: { keyStorage: 'software', walletProvider: null, subjectTag: tag(), installationTag: tag() },
    },
    random,
  )
  const tree = buildTree([prepared.leaf], random)
  const { chainId, contracts } = world.profile
  const place = { chainId, log: contracts.anchorLog.address, org: 1, purpose: PURPOSE }
  const receipt = receiptFor(tree, tree.leafIndexes[0] ?? 0, place, prepared.entryHash)
  if (anchored) await world.anchor(receipt.root, receipt.size)
  return {
    text: completeCredential(prepared, receipt, data => issuer.signer.sign(data)),
    root: toHex(tree.root),
    index,
  }
}

/** A card without an anchor, signed now. */
export function temporaryOn(index: number): string {
  const iat = systemClock()
  const { exp, ...dates } = temporaryValidity(iat)
  return signTemporary(
    {
      card: resident,
      claims: claimsOf(resident, hong, { ...dates, issuingAuthority: '서울특별시 종로구청장' }),
      holder: holder.publicKey.jwk,
      ...{ iss: ISS, header: createCredentialHeader(issuer.x5c), iat, exp },
      status: { list: LIST, idx: index, uri: `${ISS}/status-lists/${LIST}` },
    },
    data => issuer.signer.sign(data),
    random,
  )
}

export const show = (card: WorldCard, iat = systemClock()): string => present(card.text, { iat })
