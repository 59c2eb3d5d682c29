import type { FunctionFragment, Interface, Result } from 'ethers'
import { LedgerError } from '../ledger/errors.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Hex, toQuantity } from '../lib/bytes.ts'
import { wrongValue } from '../lib/parse-error.ts'

/** A height, or the newest block. */
export type BlockTag = number | 'latest'

/** EIP-1474. */
const NOT_FOUND = -32001

/**
 * @throws {LedgerError} LEDGER_NO_CONTRACT; LEDGER_RPC if the call reverts or the block is unknown
 * @throws {ParseError} PARSE_VALUE if the answer does not fit the function
 */
export async function call(
  ledger: Ledger,
  to: Hex,
  contract: Interface,
  fragment: FunctionFragment,
  args: readonly unknown[],
  block: BlockTag,
): Promise<Result> {
  const answer = await ethCall(ledger, to, contract.encodeFunctionData(fragment, args), block)
  try {
    return contract.decodeFunctionResult(fragment, answer)
  } catch (cause) {
    throw wrongValue(fragment.name, 'the answer is not what this function returns', cause)
  }
}

/** The undecoded answer. @throws as `call` does */
export async function ethCall(ledger: Ledger, to: Hex, data: string, block: BlockTag): Promise<string> {
  const tag = block === 'latest' ? block : toQuantity(block)
  const answer = await ledger.request('eth_call', [{ to, data }, tag])
  // Besu's answer if it does not have the block.
  if (typeof answer !== 'string') {
    const rpcMessage = `the node does not have block ${block}`
    const detail = { code: 'LEDGER_RPC', method: 'eth_call', rpcCode: NOT_FOUND, rpcMessage } as const
    throw new LedgerError(detail, `eth_call: ${rpcMessage}`)
  }
  if (answer === '0x') {
    throw new LedgerError(
      { code: 'LEDGER_NO_CONTRACT', address: to, block },
      `There is no registry at ${to} at block ${block}. Check that the profile belongs to this ledger.`,
    )
  }
  return answer
}
