import { z } from 'zod'
import { concat, fromHex, toHex, toQuantity } from '../../../lib/bytes.ts'
import type { BlockSelector, RpcContext } from '../context.ts'
import { address, addressText, block, blockOrLatest, EXPECTED_BLOCK, slot } from '../params.ts'
import type { StateView } from '../state-view.ts'
import { type Method, method } from './method.ts'

/** Limit of the slots in one `eth_getProof`. */
const MAX_SLOTS = 1024

export const stateMethods: Record<string, Method> = {
  eth_getBalance: method([address, blockOrLatest], (context, of, at) =>
    toQuantity(stateAt(context, at).account(of).balance),
  ),

  eth_getCode: method([address, blockOrLatest], (context, of, at) => toHex(stateAt(context, at).code(of))),

  eth_getStorageAt: method([address, slot, blockOrLatest], (context, of, position, at) => {
    const value = stateAt(context, at).storage(of, position)
    return toHex(concat(new Uint8Array(32 - value.length), value))
  }),

  eth_getTransactionCount: method(
    [addressText, z.union([z.literal('pending'), block], EXPECTED_BLOCK).default('latest')],
    (context, of, at) => {
      if (at === 'pending') return toQuantity(context.node.nextNonce(of))
      return toQuantity(stateAt(context, at).account(fromHex(of)).nonce)
    },
  ),

  eth_getProof: method([address, z.array(slot).max(MAX_SLOTS), blockOrLatest], (context, of, slots, at) => {
    const state = stateAt(context, at)
    const { account, proof } = state.proveAccount(of)
    return {
      address: toHex(of),
      balance: toQuantity(account.balance),
      nonce: toQuantity(account.nonce),
      codeHash: toHex(account.codeHash),
      storageHash: toHex(account.storageRoot),
      accountProof: proof.map(toHex),
      storageProof: slots.map(key => {
        const { value, proof: nodes } = state.proveStorage(account, key)
        return { key: toHex(key), value: toQuantity(BigInt(`0x0${toHex(value).slice(2)}`)), proof: nodes.map(toHex) }
      }),
    }
  }),
}

function stateAt(context: RpcContext, selector: BlockSelector): StateView {
  return context.node.state(context.require(selector).header.stateRoot)
}
