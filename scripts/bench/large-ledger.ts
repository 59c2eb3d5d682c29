/**
 * Builds a ledger of the size of a nation's without running it: the storage of three contracts and a header over them, sealed
 * with a test key.
 */
import secp256k1 from 'secp256k1'
import { keccak256 } from '#crypto'
import { concat, fromHex, type Hex, toHex, u32be, utf8 } from '../../node/lib/bytes.ts'
import { encodeAccount } from '../../node/proof/account.ts'
import { encodeExtraData } from '../../node/proof/extra.ts'
import { blockHash, type Header, sealedHash } from '../../node/proof/header.ts'
import { MutableTrie } from '../../node/proof/mutable-trie.ts'
import { REGISTRIES, type RegistryLog } from '../../node/proof/registries/log.ts'
import { EMPTY_TRIE_ROOT, walkTrie } from '../../node/proof/trie.ts'
import type { HeadSection, ReplicaProfile } from '../../node/verifier/replica/head.ts'
import { encodeSnapshot } from '../../node/verifier/replica/snapshot.ts'
import { ReplicaState } from '../../node/verifier/replica/state.ts'

const KEY = new Uint8Array(32).fill(7)
const VALIDATOR = toHex(keccak256(secp256k1.publicKeyCreate(KEY, false).subarray(1)).subarray(12))
const CHAIN_ID = 20_260
const CAPACITY = 131_072
/** The most operations in one call of the contract. */
const OPS = 512
const zero = (length: number) => new Uint8Array(length)
const code = keccak256(utf8('code'))
const contract = (n: number) => ({ address: `0x${String(n).repeat(40)}` as Hex, codeHash: toHex(code), block: 1 })

export interface LargeLedger {
  readonly snapshot: Uint8Array
  readonly profile: ReplicaProfile
  readonly cards: number
  readonly now: number
}

/** The worst case: every word of every list contains a revocation, so each of them is in the trie. */
export function largeLedger(cards: number, batches: number, now: number): LargeLedger {
  const contracts = {
    accessManager: contract(1),
    trustRegistry: contract(2),
    anchorLog: contract(3),
    statusRegistry: contract(4),
  }
  const state = new ReplicaState({ chainId: CHAIN_ID, contracts })
  const apply = (logs: readonly RegistryLog[]) => state.apply({ height: 1, time: now - 60, logs })
  const lists = Math.ceil(cards / CAPACITY)
  for (let n = 1; n <= lists; n++) {
    const list = concat(u32be(1), u32be(n))
    const topics = [word32(list), word(1)]
    apply([log('statusRegistry', 'ListOpened(uint64,uint32,uint32,uint32)', topics, [word(CAPACITY), word(CAPACITY)])])
    const words = CAPACITY / 128
    for (let first = 0; first < words; first += OPS) {
      const ops = Array.from({ length: OPS }, (_, i) => u32be((128 * (first + i) + ((first + i) % 128)) * 256 + 1))
      const data = [word(9), word(96), word(0), word(4 * OPS), concat(...ops)]
      apply([log('statusRegistry', 'StatusesSet(uint64,uint32,bytes32,bytes,bytes32)', topics, data)])
    }
  }
  for (let batch = 1; batch <= batches; batch++) {
    const topics = [word(1), keccak256(utf8('issue:x')), keccak256(u32be(batch))]
    const data = [word(batch), word(32), word(1), keccak256(u32be(batch + 1))]
    apply([log('anchorLog', 'Anchored(uint32,bytes32,bytes32,uint64,uint32,bytes32,bytes32)', topics, data)])
  }
  const { section, hash } = seal(state, contracts, now - 30)
  const checkpoint = { height: 90, hash: hash, time: now - 3600 }
  const profile = {
    chainId: CHAIN_ID,
    genesis: hash,
    contracts,
    validators: [VALIDATOR],
    checkpoint,
    witnesses: { keys: [], quorum: 0 },
  }
  return { snapshot: encodeSnapshot(profile, section, state), profile, cards: lists * CAPACITY, now }
}

function seal(
  state: ReplicaState,
  contracts: ReplicaProfile['contracts'],
  time: number,
): { section: HeadSection; hash: Hex } {
  const roots = {
    trustRegistry: state.trust.root,
    anchorLog: state.anchors?.root ?? toHex(EMPTY_TRIE_ROOT),
    statusRegistry: state.status.root,
  }
  const nodes = new Map<Hex, Uint8Array>()
  const accounts = new MutableTrie(EMPTY_TRIE_ROOT, () => zero(0))
  for (const name of REGISTRIES) {
    const account = { nonce: 1n, balance: 0n, storageRoot: fromHex(roots[name]), codeHash: code }
    accounts.put(keccak256(fromHex(contracts[name].address)), encodeAccount(account))
  }
  const stateRoot = accounts.commit((hash, node) => nodes.set(toHex(hash), node))
  const proofs = REGISTRIES.map(name => {
    const load = (hash: Uint8Array) => nodes.get(toHex(hash)) ?? zero(0)
    return [name, walkTrie(stateRoot, keccak256(fromHex(contracts[name].address)), load).nodes] as const
  })
  const header = sealed(stateRoot, time)
  const accountProofs = Object.fromEntries(proofs) as unknown as HeadSection['accountProofs']
  return { section: { path: [header], accountProofs, witnesses: [] }, hash: toHex(blockHash(header)) }
}

function sealed(stateRoot: Uint8Array, timestamp: number): Header {
  const extra = { vanity: zero(32), validators: [fromHex(VALIDATOR)], vote: [], round: 0, seals: [] as Uint8Array[] }
  const hashes = { parentHash: zero(32), sha3Uncles: zero(32), transactionsRoot: zero(32), receiptsRoot: zero(32) }
  const draft: Header = {
    ...{ ...hashes, stateRoot, timestamp, number: 100, miner: zero(20), logsBloom: zero(256), mixHash: zero(32) },
    ...{ difficulty: 1n, gasLimit: 1n, gasUsed: 0n, nonce: zero(8), extraData: encodeExtraData(extra) },
  }
  const { signature, recid } = secp256k1.ecdsaSign(sealedHash(draft), KEY)
  return { ...draft, extraData: encodeExtraData({ ...extra, seals: [concat(signature, Uint8Array.of(recid))] }) }
}

function log(
  registry: RegistryLog['registry'],
  signature: string,
  topics: readonly Uint8Array[],
  data: readonly Uint8Array[],
): RegistryLog {
  return { registry, topics: [keccak256(utf8(signature)), ...topics], data: concat(...data) }
}

const word = (value: number): Uint8Array => word32(u32be(value))

function word32(bytes: Uint8Array): Uint8Array {
  const out = zero(32)
  out.set(bytes, 32 - bytes.length)
  return out
}
