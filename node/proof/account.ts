import { keccak256 } from '#crypto'
import { fromHex, type Hex, toHex } from '../lib/bytes.ts'
import { malformed } from './errors.ts'
import { decodeRlp, encodeRlp, rlpBigint, rlpBytes, rlpList, rlpScalar } from './rlp.ts'
import { EMPTY_TRIE_ROOT, verifyTrieProof } from './trie.ts'

/** An account in the state trie (Yellow Paper §4.1). */
export interface Account {
  readonly nonce: bigint
  readonly balance: bigint
  readonly storageRoot: Uint8Array
  readonly codeHash: Uint8Array
}

/** keccak256 of the empty string: the code hash of an account without code. */
export const EMPTY_CODE_HASH = fromHex('0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470')

export const EMPTY_ACCOUNT: Account = {
  nonce: 0n,
  balance: 0n,
  storageRoot: EMPTY_TRIE_ROOT,
  codeHash: EMPTY_CODE_HASH,
}

/** @throws {ProofError} PROOF_MALFORMED */
export function decodeAccount(bytes: Uint8Array): Account {
  const [nonce, balance, storageRoot, codeHash] = rlpList(decodeRlp(bytes, 'account'), 'account', 4)
  return {
    nonce: rlpBigint(nonce, 'account.nonce'),
    balance: rlpBigint(balance, 'account.balance'),
    storageRoot: rlpBytes(storageRoot, 'account.storageRoot', 32),
    codeHash: rlpBytes(codeHash, 'account.codeHash', 32),
  }
}

export function encodeAccount(account: Account): Uint8Array {
  return encodeRlp([rlpScalar(account.nonce), rlpScalar(account.balance), account.storageRoot, account.codeHash])
}

/**
 * The account that `accountProof` of an `eth_getProof` answer (EIP-1186) proves; `EMPTY_ACCOUNT` if it proves that the
 * account does not exist.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 */
export function verifyAccountProof(stateRoot: Uint8Array, address: Hex, accountProof: readonly Uint8Array[]): Account {
  const value = verifyTrieProof(stateRoot, keccak256(fromHex(address)), accountProof)
  return value === null ? EMPTY_ACCOUNT : decodeAccount(value)
}

/**
 * The word that the storage proof proves at `slot` (32 bytes); zero if nothing is stored there.
 * @throws {ProofError} PROOF_MALFORMED, PROOF_HASH_MISMATCH
 */
export function verifyStorageProof(storageRoot: Uint8Array, slot: Uint8Array, proof: readonly Uint8Array[]): bigint {
  if (slot.length !== 32) throw malformed('storage slot', '32 bytes are expected')
  const value = verifyTrieProof(storageRoot, keccak256(slot), proof)
  return value === null ? 0n : rlpBigint(decodeRlp(value, 'storage value'), `storage value at ${toHex(slot)}`)
}
