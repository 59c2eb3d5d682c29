import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createMPT } from '@ethereumjs/mpt'
import { MerkleStateManager } from '@ethereumjs/statemanager'
import { Account, Address } from '@ethereumjs/util'
import { expect } from 'chai'
import fc from 'fast-check'
import type { LedgerStore, LedgerWriteOp } from '../../../../node/ledger/embedded/ledger-store.ts'
import { TrieNodeStore } from '../../../../node/ledger/embedded/trie-node-store.ts'
import { WorldState } from '../../../../node/ledger/embedded/world-state.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { MutableTrie } from '../../../../node/proof/mutable-trie.ts'
import { EMPTY_TRIE_ROOT } from '../../../../node/proof/trie.ts'

/** Compares our trie and state manager with those of the EVM library, operation by operation. */

const bytes32 = (seed: number) => Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? seed >> (4 * (1 - i)) : i))

function memoryStore(): LedgerStore & { readonly apply: (ops: readonly LedgerWriteOp[]) => void } {
  const entries = new Map<string, Uint8Array>()
  const apply = (ops: readonly LedgerWriteOp[]) => {
    for (const { key, value } of ops) entries.set(toHex(key), value)
  }
  return {
    get: key => entries.get(toHex(key)),
    keys: () => {
      throw new Error('not needed here')
    },
    commit: async ops => apply(ops),
    size: () => 0,
    close: async () => {},
    apply,
  }
}

describe('embedded ledger: the trie changed in place', () => {
  // The few keys share long prefixes, so extension nodes are often split, joined and removed.
  const key = fc.integer({ min: 0, max: 60 }).map(bytes32)
  const value = fc.oneof(
    { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
    { weight: 2, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 40 }) },
  )
  const block = fc.array(fc.tuple(key, value), { maxLength: 25 })

  it('has the root of the reference trie after every block, and returns the stored values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { maxLength: 8 }), fc.boolean(), async (blocks, reopen) => {
        const nodes = new Map<string, Uint8Array>()
        const load = (hash: Uint8Array) => nodes.get(toHex(hash)) ?? expect.fail('a node that was never emitted')
        const reference = await createMPT()
        let trie = new MutableTrie(EMPTY_TRIE_ROOT, load)
        for (const writes of blocks) {
          for (const [k, v] of writes) {
            trie.put(k, v)
            await reference.put(k, v)
          }
          const root = trie.commit((hash, node) => nodes.set(toHex(hash), node))
          expect(toHex(root)).to.equal(toHex(reference.root()))
          if (reopen) trie = new MutableTrie(root, load)
          for (const [k] of writes) expect(trie.get(k)).to.deep.equal(await reference.get(k))
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('embedded ledger: the state the EVM works on', () => {
  const who = fc.integer({ min: 1, max: 4 })
  const slot = fc.integer({ min: 0, max: 12 })
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(fc.constant('slot'), who, slot, fc.integer({ min: 0, max: 3 })) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('nonce'), who, fc.nat(5), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('code'), who, fc.integer({ min: 1, max: 3 }), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('delete'), who, fc.constant(0), fc.constant(0)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('create'), who, fc.constant(0), fc.constant(0)) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom('checkpoint', 'commit', 'revert'), who, slot, fc.constant(0)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('read'), who, slot, fc.constant(0)) },
  )
  type Step = [string, number, number, number]
  const MAKES = new Set(['slot', 'nonce', 'code', 'create'])
  type Manager = WorldState | MerkleStateManager

  async function carryOut(state: Manager, [kind, whose, at, what]: Step): Promise<unknown> {
    const address = new Address(Uint8Array.from({ length: 20 }, () => whose))
    const account = await state.getAccount(address)
    if (account === undefined && MAKES.has(kind)) {
      // The EVM does this before it runs a constructor.
      await state.clearStorage(address)
      await state.putAccount(address, new Account(1n))
    }
    switch (kind) {
      case 'slot':
        return state.putStorage(address, bytes32(at), Uint8Array.of(0, what))
      case 'nonce':
        return state.putAccount(address, new Account(BigInt(at), 7n, account?.storageRoot, account?.codeHash))
      case 'code':
        return state.putCode(address, Uint8Array.of(at, at))
      case 'delete':
        return state.deleteAccount(address)
      case 'create':
        if (account?.isContract() || account === undefined) return
        await state.clearStorage(address)
        return state.putAccount(address, new Account(1n))
      case 'checkpoint':
        return state.checkpoint()
      case 'commit':
        return state.commit()
      case 'revert':
        return state.revert()
      default:
        // Only the code of an account reads its storage.
        if (account === undefined) return null
        return [account.nonce, await state.getStorage(address, bytes32(at)), await state.getCode(address)]
    }
  }

  it('gives the reads and the roots of the reference, through checkpoints, reverts, clearing and re-creation', async () => {
    const rules = createCustomCommon({ chainId: 1 }, Mainnet, { hardfork: Hardfork.London })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step as fc.Arbitrary<Step>, { maxLength: 30 }), { maxLength: 4 }),
        async blocks => {
          const store = memoryStore()
          const ours = new WorldState(new TrieNodeStore(store), EMPTY_TRIE_ROOT)
          const trie = await createMPT({ useKeyHashing: true, common: rules })
          for (const steps of blocks) {
            // Its caches are off: they lose a cleared contract's slots even when the clearing is reverted. It is new for
            // each block, because its copy of a contract's trie stays after the contract is gone.
            const theirs = new MerkleStateManager({ common: rules, trie })
            let depth = 0
            await Promise.all([ours.checkpoint(), theirs.checkpoint()])
            for (const each of steps) {
              const [kind] = each
              if ((kind === 'commit' || kind === 'revert') && depth === 0) continue
              depth += kind === 'checkpoint' ? 1 : kind === 'commit' || kind === 'revert' ? -1 : 0
              const [a, b] = await Promise.all([carryOut(ours, each), carryOut(theirs, each)])
              expect(a, kind).to.deep.equal(b)
            }
            for (; depth >= 0; depth--) await Promise.all([ours.commit(), theirs.commit()])
            const { root, ops } = ours.seal()
            store.apply(ops)
            expect(toHex(root)).to.equal(toHex(await theirs.getStateRoot()))
            trie.root(root)
            const again = new WorldState(new TrieNodeStore(store), root)
            for (const whose of [1, 2, 3, 4]) {
              const read: Step = ['read', whose, 3, 0]
              expect(await carryOut(again, read)).to.deep.equal(await carryOut(ours, read))
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})
