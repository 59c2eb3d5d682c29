/** `dojang/proof`: the light client as a library. It does no I/O, stores nothing and reads no clock. */
export { type Account, verifyAccountProof, verifyStorageProof } from './account.ts'
export { parseProofAnswer, verifyContract } from './contract.ts'
export { ProofError, type ProofFailure } from './errors.ts'
export { decodeExtraData, type ExtraData, voteOf } from './extra.ts'
export { blockHash, decodeHeader, encodeHeader, type Header, headerToJson, parseHeader, sealedHash } from './header.ts'
export {
  checkpointOf,
  followHeader,
  followPath,
  MAX_AHEAD,
  TRUST_PERIOD,
  type TrustedHead,
  verifyVouchedHeader,
} from './light-client.ts'
export { type LedgerProfile, openProfile, verifyProfile } from './profile.ts'
export * as slots from './registries/slots.ts'
export * as words from './registries/words.ts'
export { quorum, recoverSigners, validatorsOf, verifySeals } from './seals.ts'
export { verifyTransactionReceiptProof } from './transaction-receipts.ts'
export { verifyTrieProof } from './trie.ts'
export { listRoot, trieRoot } from './trie-root.ts'
export { checkWitnesses, verifyWitnessedHead, type WitnessedHead } from './witness.ts'
