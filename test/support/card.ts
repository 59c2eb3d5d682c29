/** Checks an issued card as a verifier does, and its batch as an auditor does. */

import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { compactDecrypt } from 'jose'
import { sha256 } from '#crypto'
import { verifyReceipt } from '../../node/credential/anchor.ts'
import { type Credential, verifyCredential } from '../../node/credential/credential.ts'
import { decodeEntries, decodeEntry, entryHash } from '../../node/credential/entry.ts'
import { leafHash } from '../../node/credential/leaf.ts'
import { decodeLeaves, manifestHash } from '../../node/credential/manifest.ts'
import type { Receipt } from '../../node/credential/receipt.ts'
import { parseSdJwt } from '../../node/credential/sd-jwt/parse.ts'
import type { Issued } from '../../node/issuer/order.ts'
import { equalBytes, fromUtf8, type Hex, toHex } from '../../node/lib/bytes.ts'
import { JOURNAL_PURPOSE } from '../../node/proof/registries/purpose.ts'
import { anchorLog } from '../../node/registries/contracts.ts'
import { readAnchorRecord } from '../../node/registries/reads.ts'
import type { Core, World } from './world.ts'

export interface CheckedCard {
  readonly credential: Credential
  readonly receipt: Receipt
  readonly list: bigint
  readonly idx: number
}

/** Checks the signature, the disclosures and the receipt, and that the ledger has the receipt's root. */
export async function checkCard({ credential }: Issued, { custody, ledger, addresses }: World): Promise<CheckedCard> {
  const verified = verifyCredential(parseSdJwt(credential), custody.credential.publicKey)
  const receipt = verifyReceipt(verified)
  if (!receipt) throw new Error('the card shows no anchor')
  const record = await readAnchorRecord({ ledger, addresses }, receipt.org, receipt.purpose, receipt.root)
  expect(record).to.include({ count: receipt.size, disowned: false })
  const list = BigInt(verified.status.uri.split('/').at(-1) ?? '')
  return { credential: verified, receipt, list, idx: verified.status.idx }
}

interface AnchoredEvent {
  readonly root: Hex
  readonly manifest: Hex
  readonly count: number
}

export async function anchoredEvents({ ledger, addresses }: World): Promise<AnchoredEvent[]> {
  const topic = anchorLog.getEvent('Anchored').topicHash
  const filter = { address: addresses.anchorLog, topics: [topic], fromBlock: '0x0', toBlock: 'latest' }
  const logs = (await ledger.request('eth_getLogs', [filter])) as { topics: string[]; data: string }[]
  return logs.flatMap(({ data, topics }) => {
    const { purpose, root, manifest, count } = anchorLog.decodeEventLog('Anchored', data, topics)
    return purpose === JOURNAL_PURPOSE ? [] : [{ root, manifest, count: Number(count) }]
  })
}

/**
 * Checks that each anchored root has both files of its manifest, with the hash in the event, and that there are no
 * other manifests.
 */
export async function auditBatches(core: Core): Promise<void> {
  const { world, batches, credentials } = core
  const events = await anchoredEvents(world)
  const pem = readFileSync(join(world.directory, 'keys', 'auditor.pem'), 'utf8')
  const anchored = new Map<Hex, readonly string[]>()
  for await (const [root, { state, credentials: ids }] of batches.all()) {
    expect(state, root).not.to.equal('pending')
    if (state === 'anchored') anchored.set(root, ids)
  }
  expect([...anchored.keys()].sort()).to.deep.equal(events.map(({ root }) => root).sort())
  for (const { root, manifest, count } of events) {
    const leaves = batches.leaves(root) as Uint8Array
    const entries = batches.entries(root) as Uint8Array
    expect(toHex(manifestHash(leaves, entries))).to.equal(manifest)
    const { plaintext } = await compactDecrypt(fromUtf8(entries), createPrivateKey(pem))
    const ofLeaf = decodeEntries(plaintext)
    expect(decodeLeaves(leaves).length).to.equal(count)
    expect(ofLeaf.length).to.equal(count)
    const ids = anchored.get(root) as readonly string[]
    expect(ofLeaf.filter(entry => entry !== null).length).to.equal(ids.length)
    for (const id of ids) {
      const { leafIndex, idx, list, expiresAt } = credentials.get(id)
      const entry = decodeEntry(ofLeaf[leafIndex as number] as Uint8Array)
      expect(entry).to.include({ list: BigInt(list), index: idx, validUntil: expiresAt })
    }
  }
}

/** True if this is the leaf of this card with this entry. */
export function leafIsOf(leaf: Uint8Array, issued: Issued, entry: Uint8Array): boolean {
  const { jws } = parseSdJwt(issued.credential)
  const digest = verifyDigest(issued)
  const blanked = jws.payloadText.replace(digest, '_'.repeat(43))
  return equalBytes(
    leaf,
    leafHash(sha256(jws.headerBytes), sha256(new TextEncoder().encode(blanked)), entryHash(entry)),
  )
}

function verifyDigest({ credential }: Issued): string {
  const anchor = credential.split('~').at(-2) as string
  return Buffer.from(sha256(new TextEncoder().encode(anchor))).toString('base64url')
}

/** Checks that no two cards have the same status index. */
export function expectDistinct(cards: readonly CheckedCard[]): void {
  expect(new Set(cards.map(({ list, idx }) => `${list}/${idx}`)).size).to.equal(cards.length)
}
