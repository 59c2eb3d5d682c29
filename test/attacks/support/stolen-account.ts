/** What somebody does who has the key file of an account, and what the operator types afterwards. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { TestNode } from '../../e2e/support/node.ts'
import { until } from '../../support/until.ts'

export async function rpc(node: TestNode, method: string, params: readonly unknown[]): Promise<unknown> {
  const response = await fetch(node.rpcUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const { result, error } = (await response.json()) as { result?: unknown; error?: unknown }
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`)
  return result
}

/** Reads the key and sends calls with it, one nonce after the other. @returns their hashes */
export async function sendWithKey(
  node: TestNode,
  name: 'issuing' | 'status',
  to: string,
  calls: readonly string[],
): Promise<string[]> {
  const thief = new Wallet(readFileSync(join(node.data, 'keys', `${name}.key`), 'utf8').trim())
  const first = Number(await rpc(node, 'eth_getTransactionCount', [thief.address, 'pending']))
  const { chainId } = node.config
  const hashes: string[] = []
  for (const [i, data] of calls.entries()) {
    const call = { type: 0, chainId, nonce: first + i, to, data, gasLimit: 16_000_000n, gasPrice: 0 }
    hashes.push(String(await rpc(node, 'eth_sendRawTransaction', [await thief.signTransaction(call)])))
  }
  for (const hash of hashes) {
    await until(
      'the transaction is in a block',
      async () => {
        const receipt = (await rpc(node, 'eth_getTransactionReceipt', [hash])) as { status: string } | null
        if (receipt) expect(receipt.status).to.equal('0x1')
        return receipt !== null
      },
      { withinMs: 20_000 },
    )
  }
  return hashes
}

export const blockOf = async (node: TestNode): Promise<number> => Number(await rpc(node, 'eth_blockNumber', []))

// biome-ignore lint/suspicious/noExplicitAny: an answer that the tests describe
export async function readyz(node: TestNode): Promise<{ status: number; body: any }> {
  const response = await fetch(`${node.localUrl}/readyz`)
  return { status: response.status, body: await response.json() }
}

export async function metric(node: TestNode, name: string): Promise<number> {
  const token = readFileSync(join(node.data, 'keys', 'operator.token'), 'utf8').trim()
  const response = await fetch(`${node.operatorUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(await response.text())?.[1])
}

/** A command that must succeed. @returns what it printed, as JSON */
// biome-ignore lint/suspicious/noExplicitAny: an answer that the tests describe
export async function typed(node: TestNode, ...args: readonly string[]): Promise<any> {
  const { exit, out, err } = await node.cli([...args, '--json'])
  expect(exit, `${args.join(' ')}\n${err}`).to.equal(0)
  return JSON.parse(out)
}

/**
 * docs/operator.md, "When somebody else has the key of an account": stops the account, makes another one, lets the council
 * register it, and starts the node with it.
 * @param shift moves the clock of what is started from then on: the council's delay has to pass
 */
export async function replaceAccount(
  node: TestNode,
  name: 'issuing' | 'status',
  shift: (seconds: number) => void,
): Promise<void> {
  const { commands } = (await typed(node, 'account', 'replace', name)) as { commands: string[] }
  const [stop, propose] = commands.map(line =>
    line.replace(/^dojang /, '').replace(/ --key (\w+\.key)/, ` --key ${join(node.data, 'keys')}/$1`),
  ) as [string, string]
  await typed(node, ...stop.split(' '))
  const { operation } = (await typed(node, ...propose.split(' '))) as { operation: string }
  await node.stop()
  shift(400)
  await node.start({ alarmed: true })
  await typed(node, 'council', 'execute', operation)
  await node.stop()
  await node.start({ alarmed: true })
}
