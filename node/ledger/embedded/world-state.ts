import type { AccountFields, StateManagerInterface } from '@ethereumjs/common'
import type { Address, Account as EvmAccount } from '@ethereumjs/util'
import { keccak256 } from '#crypto'
import { equalBytes } from '../../lib/bytes.ts'
import { type Account, decodeAccount, EMPTY_ACCOUNT, encodeAccount } from '../../proof/account.ts'
import { MutableTrie } from '../../proof/mutable-trie.ts'
import { decodeRlp, encodeRlp, rlpBytes } from '../../proof/rlp.ts'
import { EMPTY_TRIE_ROOT } from '../../proof/trie.ts'
import { fromEvm, sameAccount, toEvm } from './evm-account.ts'
import type { LedgerWriteOp } from './ledger-store.ts'
import { LedgerKey } from './schema.ts'
import type { TrieNodeStore } from './trie-node-store.ts'

/** Storage slots of one contract: those read from the trie, and those written since. */
interface Slots {
  readonly base: Map<string, Uint8Array>
  written: Map<string, Uint8Array>
  /** The storage was cleared: the slots in the trie are void. */
  cleared: boolean
}

/** Limit of the trie nodes that stay in memory between blocks. Above it all are dropped and read again. */
const MAX_LOADED = 20_000
const NOTHING = new Uint8Array(0)

/**
 * The state of all accounts, as the EVM reads and writes it. Writes stay in memory, each with its undo (`checkpoint`,
 * `revert`), until `seal` puts them into the tries. Tests compare every operation with the EVM library's own manager.
 * Why: docs/decisions/021.
 */
export class WorldState implements StateManagerInterface {
  #accountsTrie: MutableTrie
  #storageTries = new Map<string, MutableTrie>()
  /** Null: the account does not exist. */
  readonly #baseAccounts = new Map<string, Account | null>()
  readonly #accounts = new Map<string, Account | null>()
  readonly #slots = new Map<string, Slots>()
  /** Written in this block. */
  readonly #codes = new Map<string, Uint8Array>()
  #undo: (() => void)[] = []
  readonly #checkpoints: number[] = []
  readonly #originalSlots = new Map<string, Uint8Array>()
  readonly #load: (hash: Uint8Array) => Uint8Array

  constructor(
    private readonly nodes: TrieNodeStore,
    root: Uint8Array,
  ) {
    this.#load = hash => nodes.load(hash)
    this.#accountsTrie = new MutableTrie(root, this.#load)
  }

  /**
   * The slots as they were when the transaction began. The price of SSTORE depends on them. The EVM reads before it
   * writes.
   */
  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array): Promise<Uint8Array> => {
      const id = idOf(address.bytes) + idOf(key)
      const cached = this.#originalSlots.get(id)
      if (cached !== undefined) return cached
      const value = this.#storage(idOf(address.bytes), key)
      this.#originalSlots.set(id, value)
      return value
    },
    clear: () => this.#originalSlots.clear(),
  }

  async getAccount(address: Address): Promise<EvmAccount | undefined> {
    const account = this.#account(idOf(address.bytes))
    // A copy, because the EVM changes the object.
    return account === null ? undefined : toEvm(account)
  }

  async putAccount(address: Address, account?: EvmAccount): Promise<void> {
    this.#setAccount(idOf(address.bytes), account === undefined ? null : fromEvm(account))
  }

  async deleteAccount(address: Address): Promise<void> {
    const id = idOf(address.bytes)
    this.#setAccount(id, null)
    this.#clear(id)
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const id = idOf(address.bytes)
    const { nonce, balance, storageRoot, codeHash } = this.#account(id) ?? EMPTY_ACCOUNT
    this.#setAccount(id, {
      nonce: fields.nonce ?? nonce,
      balance: fields.balance ?? balance,
      storageRoot: fields.storageRoot ?? storageRoot,
      codeHash: fields.codeHash ?? codeHash,
    })
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const codeHash = keccak256(code)
    this.#codes.set(idOf(codeHash), code)
    await this.modifyAccountFields(address, { codeHash })
  }

  async getCode(address: Address): Promise<Uint8Array> {
    const account = this.#account(idOf(address.bytes))
    if (account === null) return NOTHING
    return this.#codes.get(idOf(account.codeHash)) ?? this.nodes.code(account.codeHash)
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length
  }

  async getStorage(address: Address, key: Uint8Array): Promise<Uint8Array> {
    return this.#storage(idOf(address.bytes), key)
  }

  async putStorage(address: Address, key: Uint8Array, value: Uint8Array): Promise<void> {
    const id = idOf(address.bytes)
    if (this.#account(id) === null) throw new Error('a storage write without an account')
    const { written } = this.#slotsOf(id)
    const slot = idOf(key)
    const before = written.get(slot)
    written.set(slot, unpadded(value))
    this.#undo.push(() => {
      if (before === undefined) written.delete(slot)
      else written.set(slot, before)
    })
  }

  async clearStorage(address: Address): Promise<void> {
    this.#clear(idOf(address.bytes))
    await this.modifyAccountFields(address, { storageRoot: EMPTY_TRIE_ROOT })
  }

  async checkpoint(): Promise<void> {
    this.#checkpoints.push(this.#undo.length)
  }

  async commit(): Promise<void> {
    this.#checkpoints.pop()
    if (this.#checkpoints.length === 0) this.#undo = []
  }

  async revert(): Promise<void> {
    const mark = this.#checkpoints.pop() ?? 0
    while (this.#undo.length > mark) this.#undo.pop()?.()
  }

  /** Reverts to the outermost open checkpoint and closes all. */
  undoTransaction(): void {
    while (this.#undo.length > 0) this.#undo.pop()?.()
    this.#checkpoints.length = 0
  }

  /**
   * Puts all writes into the tries, and writes nothing to disk. The new root can be read once `ops` are stored.
   * @throws {Error} while a checkpoint is open
   */
  seal(): { root: Uint8Array; ops: LedgerWriteOp[] } {
    if (this.#checkpoints.length > 0) throw new Error('a checkpoint is open')
    const ops: LedgerWriteOp[] = []
    const emit = (hash: Uint8Array, node: Uint8Array) => ops.push({ key: LedgerKey.node(hash), value: node })
    for (const [id, slots] of this.#slots) this.#sealSlots(id, slots, emit)
    for (const [id, account] of this.#accounts) {
      const before = this.#baseAccount(id)
      if (account === before || (account && before && sameAccount(account, before))) continue
      const code = account && this.#codes.get(idOf(account.codeHash))
      if (account && code) ops.push({ key: LedgerKey.code(account.codeHash), value: code })
      this.#accountsTrie.put(keccak256(bytesOf(id)), account === null ? NOTHING : encodeAccount(account))
    }
    const root = this.#accountsTrie.commit(emit)
    this.#forget(root)
    return { root, ops }
  }

  async getStateRoot(): Promise<Uint8Array> {
    return this.#accountsTrie.rootHash
  }

  async setStateRoot(): Promise<void> {
    throw new Error('the root of this state cannot be set')
  }

  async hasStateRoot(root: Uint8Array): Promise<boolean> {
    return equalBytes(root, this.#accountsTrie.rootHash)
  }

  clearCaches(): void {}

  shallowCopy(): WorldState {
    return new WorldState(this.nodes, this.#accountsTrie.rootHash)
  }

  #account(id: string): Account | null {
    const written = this.#accounts.get(id)
    return written === undefined ? this.#baseAccount(id) : written
  }

  #baseAccount(id: string): Account | null {
    const cached = this.#baseAccounts.get(id)
    if (cached !== undefined) return cached
    const found = this.#accountsTrie.get(keccak256(bytesOf(id)))
    const account = found === null ? null : decodeAccount(found)
    this.#baseAccounts.set(id, account)
    return account
  }

  #setAccount(id: string, account: Account | null): void {
    const before = this.#accounts.get(id)
    this.#accounts.set(id, account)
    this.#undo.push(() => {
      if (before === undefined) this.#accounts.delete(id)
      else this.#accounts.set(id, before)
    })
  }

  #storage(id: string, key: Uint8Array): Uint8Array {
    const account = this.#account(id)
    if (account === null) return NOTHING
    const slots = this.#slotsOf(id)
    const slot = idOf(key)
    const written = slots.written.get(slot)
    if (written !== undefined) return written
    return slots.cleared ? NOTHING : this.#baseStorage(id, slots, slot)
  }

  #baseStorage(id: string, { base }: Slots, slot: string): Uint8Array {
    const cached = base.get(slot)
    if (cached !== undefined) return cached
    const found = this.#storageTrie(id).get(keccak256(bytesOf(slot)))
    const value = found === null ? NOTHING : rlpBytes(decodeRlp(found, 'storage value'), 'storage value')
    base.set(slot, value)
    return value
  }

  #slotsOf(id: string): Slots {
    const present = this.#slots.get(id)
    if (present !== undefined) return present
    const slots: Slots = { base: new Map(), written: new Map(), cleared: false }
    this.#slots.set(id, slots)
    return slots
  }

  #clear(id: string): void {
    const slots = this.#slotsOf(id)
    const { written, cleared } = slots
    slots.written = new Map()
    slots.cleared = true
    this.#undo.push(() => {
      slots.written = written
      slots.cleared = cleared
    })
  }

  /** The storage trie of a contract after the last block. */
  #storageTrie(id: string): MutableTrie {
    const root = this.#baseAccount(id)?.storageRoot ?? EMPTY_TRIE_ROOT
    const cached = this.#storageTries.get(id)
    if (cached !== undefined && equalBytes(cached.rootHash, root)) return cached
    const trie = new MutableTrie(root, this.#load)
    this.#storageTries.set(id, trie)
    return trie
  }

  #sealSlots(id: string, slots: Slots, emit: (hash: Uint8Array, node: Uint8Array) => void): void {
    const account = this.#account(id)
    if (account === null || (slots.written.size === 0 && !slots.cleared)) return
    const trie = slots.cleared ? new MutableTrie(EMPTY_TRIE_ROOT, this.#load) : this.#storageTrie(id)
    for (const [slot, value] of slots.written) {
      if (!slots.cleared && equalBytes(value, this.#baseStorage(id, slots, slot))) continue
      trie.put(keccak256(bytesOf(slot)), value.length === 0 ? NOTHING : encodeRlp(value))
    }
    const storageRoot = trie.commit(emit)
    this.#storageTries.set(id, trie)
    this.#accounts.set(id, { ...account, storageRoot })
  }

  /** Clears the reads and writes of the block. The tries stay in memory while they are small. */
  #forget(root: Uint8Array): void {
    this.#baseAccounts.clear()
    this.#accounts.clear()
    this.#slots.clear()
    this.#codes.clear()
    let loaded = this.#accountsTrie.loaded
    for (const trie of this.#storageTries.values()) loaded += trie.loaded
    if (loaded < MAX_LOADED) return
    this.#accountsTrie = new MutableTrie(root, this.#load)
    this.#storageTries = new Map()
  }
}

/** Bytes as the key of a map, one character for each byte. */
const idOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
const bytesOf = (id: string): Uint8Array => Buffer.from(id, 'latin1')

function unpadded(value: Uint8Array): Uint8Array {
  let zeros = 0
  while (zeros < value.length && value[zeros] === 0) zeros += 1
  // A copy, because the EVM may reuse its buffer.
  return value.slice(zeros)
}
