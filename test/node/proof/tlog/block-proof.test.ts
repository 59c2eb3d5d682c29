/** What a verifier demands of the log before it trusts a head. */
import { expect } from 'chai'
import { makeEd25519Pem, NoteSigner } from '../../../../node/keys/note-signer.ts'
import { fromHex, toHex } from '../../../../node/lib/bytes.ts'
import { ProofError } from '../../../../node/proof/errors.ts'
import { encodeExtraData } from '../../../../node/proof/extra.ts'
import { blockHash, type Header } from '../../../../node/proof/header.ts'
import type { LedgerProfile, LogTerms } from '../../../../node/proof/profile.ts'
import {
  checkLog,
  formatBlockProof,
  isLogProof,
  parseBlockProof,
  verifyBlockProof,
} from '../../../../node/proof/tlog/block-proof.ts'
import { cosign, signCheckpoint, withSignature } from '../../../../node/proof/tlog/checkpoint.ts'
import { inclusionProof, rootOf } from '../../../../node/proof/tlog/merkle.ts'
import { COSIGNATURE_V1, ED25519, formatNoteKey, parseNote } from '../../../../node/proof/tlog/note.ts'
import { MemoryLog } from './tree.ts'

const extra = { vanity: new Uint8Array(32), validators: [new Uint8Array(20)], vote: [], round: 0, seals: [] }
const EMPTY = `0x${'00'.repeat(32)}` as const
const header = (number: number, parentHash: Uint8Array, story = 0): Header => ({
  parentHash,
  sha3Uncles: fromHex(EMPTY),
  miner: new Uint8Array(20),
  stateRoot: new Uint8Array(32).fill(story),
  transactionsRoot: fromHex(EMPTY),
  receiptsRoot: fromHex(EMPTY),
  logsBloom: new Uint8Array(256),
  difficulty: 1n,
  number,
  gasLimit: 1n,
  gasUsed: 0n,
  timestamp: 1_800_000_000 + number,
  extraData: encodeExtraData(extra),
  mixHash: fromHex(EMPTY),
  nonce: new Uint8Array(8),
  baseFeePerGas: 0n,
})

function chainOf(length: number, story = 0): Header[] {
  const chain: Header[] = []
  for (let i = 0; i < length; i++) {
    const parent = chain.at(-1)
    chain.push(header(i, parent ? blockHash(parent) : new Uint8Array(32), i > 20 ? story : 0))
  }
  return chain
}

const log = new NoteSigner(makeEd25519Pem(), 'ledger.example.kr/tlog', ED25519)
const [one, two, stranger] = ['w1.example', 'w2.example', 'w3.example'].map(
  name => new NoteSigner(makeEd25519Pem(), name, COSIGNATURE_V1),
) as [NoteSigner, NoteSigner, NoteSigner]
const terms: LogTerms = {
  key: formatNoteKey(log.key),
  witnesses: [one, two].map(({ key }) => formatNoteKey(key)),
  quorum: 2,
  maxAge: 300,
}
const profile: Pick<LedgerProfile, 'log'> = { log: terms }

interface Made {
  readonly size: number
  readonly height: number
  readonly by?: readonly NoteSigner[]
  /** When the witnesses signed. */
  readonly time?: number
  /** Which headers the proof shows, if not the right ones. */
  readonly links?: (chain: readonly Header[]) => readonly Header[]
}

/** A proof about the block at `height` of the chain, by a log that has its first `size` blocks. */
async function proofOf(
  chain: readonly Header[],
  { size, height, by = [one, two], time, links }: Made,
): Promise<string> {
  const tree = new MemoryLog()
  for (const each of chain.slice(0, size)) tree.append(blockHash(each))
  const root = await rootOf(size, tree.node)
  const signed = signCheckpoint({ origin: log.key.name, size, root }, log.key, log.sign)
  const at = time ?? 1_800_000_000 + height
  const note = by.reduce(
    (text, { key, sign }) => withSignature(text, cosign(parseNote(text).text, key, at, sign)),
    signed,
  )
  const index = Math.min(height, size - 1)
  const path = await inclusionProof(index, size, tree.node)
  return formatBlockProof({ index, path, note, links: links ? links(chain) : chain.slice(index, height) })
}

const refused = (head: Header, ...statements: readonly string[]): unknown => {
  try {
    checkLog(head, statements, profile)
    return 'accepted'
  } catch (error) {
    expect(error, String(error)).to.be.instanceOf(ProofError)
    return (error as ProofError).detail
  }
}

describe('the proof that a block is in the log of its ledger', () => {
  const chain = chainOf(100)
  const head = chain[90] as Header
  const missing = (got: number) => ({ code: 'PROOF_LOG_MISSING', block: 90, needed: 2, got })

  it('is a C2SP tlog-proof, also for a block that follows the logged one', async () => {
    const within = await proofOf(chain, { size: 95, height: 90 })
    expect(within).to.match(/^c2sp\.org\/tlog-proof@v1\nindex 90\n/)
    expect(refused(head, within)).to.equal('accepted')
    const after = await proofOf(chain, { size: 80, height: 90 })
    expect(after).to.match(/^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 79\n/)
    expect(refused(head, after)).to.equal('accepted')
    expect(isLogProof(after)).to.equal(true)
    expect(verifyBlockProof(after, head, terms).size).to.equal(80)
    expect(formatBlockProof(parseBlockProof(after))).to.equal(after)
  })

  it('refuses a head with one of two witnesses, and accepts it with two', async () => {
    expect(refused(head)).to.deep.equal(missing(0))
    expect(refused(head, await proofOf(chain, { size: 95, height: 90, by: [] }))).to.deep.equal(missing(0))
    const withOne = await proofOf(chain, { size: 95, height: 90, by: [one] })
    expect(refused(head, withOne)).to.deep.equal(missing(1))
    expect(refused(head, withOne, withOne), 'the same one twice').to.deep.equal(missing(1))
    expect(refused(head, await proofOf(chain, { size: 95, height: 90, by: [one, stranger] }))).to.deep.equal(missing(1))
    expect(refused(head, await proofOf(chain, { size: 95, height: 90, by: [one, two] }))).to.equal('accepted')
  })

  it('refuses cosignatures that are older than the profile allows', async () => {
    const at = head.timestamp
    expect(refused(head, await proofOf(chain, { size: 80, height: 90, time: at - 301 }))).to.deep.equal(missing(0))
    expect(refused(head, await proofOf(chain, { size: 80, height: 90, time: at - 300 }))).to.equal('accepted')
    expect(refused(head, await proofOf(chain, { size: 95, height: 90, time: at + 10_000 }))).to.equal('accepted')
  })

  it('refuses a second history: its blocks are not in the tree, and do not follow those that are', async () => {
    const other = chainOf(100, 7)
    const forked = other[90] as Header
    for (const size of [80, 95]) {
      const honest = await proofOf(chain, { size, height: 90 })
      expect(refused(forked, honest)).to.deep.equal(missing(0))
      const mixed = await proofOf(chain, { size, height: 90, links: () => other.slice(Math.min(90, size - 1), 90) })
      expect(refused(forked, mixed)).to.deep.equal(missing(0))
    }
    // From the common block on the log has another history, but a proof from there is too long or too old.
    const common = await proofOf(chain, { size: 21, height: 90, links: () => other.slice(20, 90) })
    expect(refused(forked, common), 'more than 64 headers').to.deep.equal(missing(0))
  })

  it('refuses headers that are missing, twice, out of order, or of another chain', async () => {
    for (const links of [
      (all: readonly Header[]) => all.slice(79, 89),
      (all: readonly Header[]) => all.slice(80, 90),
      (all: readonly Header[]) => [...all.slice(79, 90), all[89] as Header],
      (all: readonly Header[]) => all.slice(79, 90).reverse(),
      () => [],
      (all: readonly Header[]) => [...all.slice(79, 89), chainOf(100, 3)[89] as Header],
    ]) {
      expect(refused(head, await proofOf(chain, { size: 80, height: 90, links }))).to.deep.equal(missing(0))
    }
  })

  it('is refused when one character is changed', async () => {
    const proof = await proofOf(chain, { size: 88, height: 90 })
    for (let i = 0; i < proof.length; i += 3) {
      const changed = `${proof.slice(0, i)}${proof[i] === 'A' ? 'B' : 'A'}${proof.slice(i + 1)}`
      expect(refused(head, changed), `${i}`).to.not.equal('accepted')
    }
  })

  it('is not demanded by a profile without witnesses of the log', () => {
    expect(() => checkLog(head, [], {})).not.to.throw()
    expect(() => checkLog(head, [], { log: { ...terms, quorum: 0 } })).not.to.throw()
    expect(toHex(blockHash(head))).to.have.length(66)
  })
})
