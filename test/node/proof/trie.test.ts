import { readFileSync } from 'node:fs'
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { expect } from 'chai'
import fc from 'fast-check'
import { fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import { verifyAccountProof, verifyStorageProof } from '../../../node/proof/account.ts'
import { decodeRlp, encodeRlp, type RlpItem, rlpScalar } from '../../../node/proof/rlp.ts'
import { EMPTY_TRIE_ROOT, verifyTrieProof } from '../../../node/proof/trie.ts'
import { decodeNode, packPath } from '../../../node/proof/trie-node.ts'
import { listRoot, trieRoot } from '../../../node/proof/trie-root.ts'
import { codeOf } from './refused.ts'

interface ProofFixture {
  readonly note: string
  readonly stateRoot: Hex
  readonly address: Hex
  readonly keys: { readonly slot: Hex; readonly expectedValue: Hex }[]
  readonly response: {
    readonly accountProof: Hex[]
    readonly storageHash: Hex
    readonly nonce: Hex
    readonly balance: Hex
    readonly codeHash: Hex
    readonly storageProof: { readonly key: Hex; readonly value: Hex; readonly proof: Hex[] }[]
  }
}

const { proofs }: { proofs: ProofFixture[] } = JSON.parse(readFileSync('test/fixtures/qbft/proofs.json', 'utf8'))
const bytes32 = (hex: Hex) => fromHex(`0x${hex.slice(2).padStart(64, '0')}`)

describe('proof: real eth_getProof answers', () => {
  for (const { note, stateRoot, address, keys, response } of proofs) {
    it(note, () => {
      const account = verifyAccountProof(fromHex(stateRoot), address, response.accountProof.map(fromHex))
      expect(account.nonce).to.equal(BigInt(response.nonce))
      expect(account.balance).to.equal(BigInt(response.balance))
      expect(toHex(account.storageRoot)).to.equal(response.storageHash)
      for (const [i, { slot, expectedValue }] of keys.entries()) {
        const proof = response.storageProof[i]?.proof.map(fromHex) ?? []
        const value = verifyStorageProof(account.storageRoot, bytes32(slot), proof)
        expect(value).to.equal(BigInt(expectedValue))
      }
    })
  }

  it('refuses a proof with any byte changed, a node missing, added or of another account', () => {
    const { stateRoot, address, response } = proofs[0] as ProofFixture
    const nodes = response.accountProof.map(fromHex)
    const verify = (proof: Uint8Array[], of: Hex = address) =>
      codeOf(() => verifyAccountProof(fromHex(stateRoot), of, proof))
    expect(verify(nodes)).to.equal('passed')
    for (const [i, node] of nodes.entries()) {
      const forged = node.map((byte, at) => (at === node.length >> 1 ? byte ^ 1 : byte))
      expect(verify(nodes.with(i, forged))).to.equal('PROOF_HASH_MISMATCH')
    }
    expect(verify(nodes.slice(0, -1))).to.equal('PROOF_MALFORMED')
    expect(verify([...nodes, nodes[0] as Uint8Array])).to.equal('PROOF_MALFORMED')
    expect(verify(nodes, `0x${'00'.repeat(20)}`)).to.not.equal('passed')
    expect(codeOf(() => verifyTrieProof(EMPTY_TRIE_ROOT, new Uint8Array(32), nodes))).to.equal('PROOF_MALFORMED')
    expect(verifyTrieProof(EMPTY_TRIE_ROOT, new Uint8Array(32), [])).to.equal(null)
  })
})

describe('proof: tries against the reference library', () => {
  const key = fc.uint8Array({ minLength: 1, maxLength: 4 })
  const value = fc.uint8Array({ minLength: 1, maxLength: 40 })
  const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => toHex(k), maxLength: 60 })

  it('the root of any set of entries, and a proof of any key in it or not', async () => {
    await fc.assert(
      fc.asyncProperty(entries, key, async (set, absent) => {
        const trie = await createMPT()
        for (const [k, v] of set) await trie.put(k, v)
        expect(trieRoot(set)).to.deep.equal(trie.root())
        for (const k of [...set.slice(0, 5).map(([each]) => each), absent]) {
          // The library also lists nodes that are embedded in their parent; engines do not.
          const proof = (await createMerkleProof(trie, k)).filter((node, i) => i === 0 || node.length >= 32)
          const want = (await trie.get(k)) ?? null
          if (set.length > 0) expect(verifyTrieProof(trie.root(), k, proof)).to.deep.equal(want)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('the root of a list, beyond the lengths at which the encoding of its keys changes', async () => {
    for (const length of [0, 1, 2, 127, 128, 129, 257]) {
      const values = Array.from({ length }, (_, i) => encodeRlp([rlpScalar(i), new Uint8Array(40)]))
      const trie = await createMPT()
      for (const [i, v] of values.entries()) await trie.put(RLP.encode(i), v)
      expect(listRoot(values)).to.deep.equal(trie.root())
    }
  })
})

describe('proof: RLP', () => {
  const item = fc.letrec(tie => ({
    item: fc.oneof({ maxDepth: 4 }, fc.uint8Array({ maxLength: 70 }), fc.array(tie('item'), { maxLength: 6 })),
  })).item as fc.Arbitrary<RlpItem>
  type Nested = Uint8Array | Nested[]

  it('encodes like the reference library, and decodes the result', () => {
    fc.assert(
      fc.property(item, value => {
        const bytes = encodeRlp(value)
        expect(bytes).to.deep.equal(RLP.encode(value as Nested))
        expect(decodeRlp(bytes)).to.deep.equal(value)
      }),
    )
  })

  it('accepts only the canonical encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 8 }), bytes => {
        if (codeOf(() => decodeRlp(bytes)) === 'passed') expect(encodeRlp(decodeRlp(bytes))).to.deep.equal(bytes)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses a second encoding of a value, a hostile length and deep nesting', () => {
    for (const hex of [
      '0x',
      '0x8101',
      '0xb80100',
      '0xb900ff',
      '0xc1',
      '0xf800',
      '0xbfffffffffffffffff',
      '0xffffffff',
    ]) {
      expect(
        codeOf(() => decodeRlp(fromHex(hex))),
        hex,
      ).to.equal('PROOF_MALFORMED')
    }
    let nest: RlpItem = []
    for (let i = 0; i < 20; i++) nest = [nest]
    expect(codeOf(() => decodeRlp(encodeRlp(nest)))).to.equal('PROOF_MALFORMED')
    const long = new Uint8Array(1_000_000).fill(0xc1)
    expect(codeOf(() => decodeRlp(long))).to.equal('PROOF_MALFORMED')
  })

  it('reads paths of even and odd length, and no other first nibble', () => {
    for (const path of [[], [1], [1, 2], [1, 2, 3]]) {
      const node = decodeNode(encodeRlp([packPath(Uint8Array.from(path), true), new Uint8Array([1])]))
      expect(node).to.deep.equal({ kind: 'leaf', path: Uint8Array.from(path), value: new Uint8Array([1]) })
    }
    for (const packed of [[], [0x40], [0x21 - 0x20], [0x2f]]) {
      expect(codeOf(() => decodeNode(encodeRlp([Uint8Array.from(packed), new Uint8Array([1])])))).to.equal(
        'PROOF_MALFORMED',
      )
    }
  })
})
