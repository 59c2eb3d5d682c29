/** A node whose council has admitted a wallet provider, with the commands of docs/council.md. */
import { createPrivateKey } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { WalletProvider } from '../wallet/provider.ts'
import { TestNode } from './node.ts'

export const PRELOAD = `--import=${join(import.meta.dirname, '..', '..', 'support', 'shifted-clock.mjs')}`
/** Seconds: a little more than the council's delay in local mode. */
export const DELAY = 305

/** The provider's name on the ledger. */
export const PROVIDER_NAME = 'Wallets Ltd'
/** Its organisation: the second of the ledger. */
const PROVIDER_ORG = 2

/**
 * Its ledger starts in the past, so that the council's delays have passed at the present time.
 * @param more arguments of its first start
 */
export async function startWithProvider(provider: WalletProvider, more: readonly string[]): Promise<TestNode> {
  let shift = -2 * DELAY * 1000
  const env = () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) })
  const node = new TestNode(more, env)
  const wait = async () => {
    await node.stop()
    shift += DELAY * 1000
    await node.start()
  }
  try {
    await node.start()
    await admit(node, provider, wait)
    return node
  } catch (error) {
    await node.dispose()
    throw error
  }
}

async function admit(node: TestNode, provider: WalletProvider, wait: () => Promise<void>): Promise<void> {
  const admin = `0x${'00'.repeat(19)}aa`
  const organisation = [
    'registerOrganisation',
    `admin=${admin}`,
    `name=${PROVIDER_NAME}`,
    'issuer=https://wallet.example',
  ]
  const registered = await propose(node, ...organisation, 'info={}', 'until=never')
  await wait()
  await council(node, 'execute', registered)
  const org = `org=${PROVIDER_ORG}`
  const statement = await stateKey(node, provider)
  const registration = ['registerKey', org, `keyId=${provider.keyId}`, 'uses=WALLET', 'until=never']
  const key = await propose(node, ...registration, '--statement', statement)
  const grant = await propose(node, 'grant', org, 'purpose=provide-wallet', 'until=never')
  await wait()
  await council(node, 'execute', key)
  await council(node, 'execute', grant)
}

/** As the provider does it, on its own host. @returns the file with the statement */
async function stateKey(node: TestNode, { key }: WalletProvider): Promise<string> {
  const [pem, file] = ['provider.pem', 'provider.statement'].map(name => join(node.data, '..', name)) as [
    string,
    string,
  ]
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' })
  writeFileSync(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  const made = await node.cli(['key', 'statement', '--key', pem, '--org', String(PROVIDER_ORG), '--uses', 'WALLET'])
  expect(made.exit, made.err).to.equal(0)
  writeFileSync(file, made.out)
  return file
}

/** By the guardian, without a delay. */
export const endGrant = (node: TestNode) =>
  council(node, 'act', 'withdraw', `org=${PROVIDER_ORG}`, 'purpose=provide-wallet')

export const propose = async (node: TestNode, ...act: string[]): Promise<string> =>
  JSON.parse(await council(node, 'propose', ...act)).operation

export async function council(node: TestNode, ...args: string[]): Promise<string> {
  const { exit, out, err } = await node.cli(['council', ...args, '--json'])
  expect(exit, err).to.equal(0)
  return out
}
