import { z } from 'zod'
import { toQuantity } from '../../../lib/bytes.ts'
import { blockNumber, safeQuantity } from '../params.ts'
import { RpcCode, RpcError } from '../rpc-error.ts'
import { type Method, method } from './method.ts'

const MAX_FEE_HISTORY = 1024
const percentiles = z
  .array(z.number().min(0).max(100))
  .max(100)
  .refine(given => given.every((each, i) => i === 0 || each > (given[i - 1] as number)), 'expected to rise')

export const networkMethods: Record<string, Method> = {
  eth_chainId: method([], ({ node }) => toQuantity(node.options.chainId)),
  net_version: method([], ({ node }) => String(node.options.chainId)),
  net_listening: method([], () => true),
  net_peerCount: method([], () => '0x0'),
  web3_clientVersion: method([], () => 'dojang/embedded'),
  eth_syncing: method([], ({ node }) => {
    const progress = node.syncing()
    if (progress === null) return false
    const { startingBlock, currentBlock, highestBlock } = progress
    return {
      startingBlock: toQuantity(startingBlock),
      currentBlock: toQuantity(currentBlock),
      highestBlock: toQuantity(highestBlock),
    }
  }),
  /** The node has no keys of clients. */
  eth_accounts: method([], () => []),
  eth_gasPrice: method([], () => '0x0'),
  eth_maxPriorityFeePerGas: method([], () => '0x0'),

  eth_feeHistory: method(
    [z.union([safeQuantity, z.int().min(0)], 'expected a number of blocks'), blockNumber, percentiles.nullish()],
    (context, wanted, newest, rewards) => {
      const last = context.require(newest).header.number
      if (wanted > MAX_FEE_HISTORY) throw new RpcError(RpcCode.invalidParams, `at most ${MAX_FEE_HISTORY} blocks`)
      const count = Math.min(wanted, last + 1)
      const oldest = last + 1 - count
      const ratios = Array.from({ length: count }, (_, i) => {
        const { gasUsed, gasLimit } = context.require({ number: oldest + i }).header
        return Number(gasUsed) / Number(gasLimit)
      })
      return {
        oldestBlock: toQuantity(oldest),
        baseFeePerGas: Array.from({ length: count + 1 }, () => '0x0'),
        gasUsedRatio: ratios,
        ...(rewards && { reward: ratios.map(() => rewards.map(() => '0x0')) }),
      }
    },
  ),
}
