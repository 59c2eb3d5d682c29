/** Contracts of other projects, with the bytecode of their npm packages (scripts/bench/peers). */
import { readFileSync } from 'node:fs'
import { Contract, ContractFactory, Interface, type Signer, type TransactionResponse, zeroPadBytes } from 'ethers'
import { ethers } from '../../../test/contracts/support/world.ts'
import { type Contender, chunked, freshHash, freshHashes } from './contender.ts'

const FOLDER = new URL('../peers/node_modules/', import.meta.url)
const file = (path: string): string => readFileSync(new URL(path, FOLDER), 'utf8')

/** The number per transaction if a contract has no limit: what fits into a block of 30 million gas. */
const ATTESTATIONS = 100
const HASHES = 1000

const artifact = (path: string): string => (JSON.parse(file(path)) as { bytecode: string }).bytecode

async function create(abi: readonly string[], bytecode: string, args: readonly unknown[]): Promise<Contract> {
  const [signer] = await ethers.getSigners()
  const deployed = await new ContractFactory(new Interface(abi), bytecode, signer as Signer).deploy(...args)
  return new Contract(await deployed.getAddress(), abi, signer as Signer)
}

const sender = (contract: Contract) => (name: string, args: readonly unknown[]) =>
  contract.getFunction(name).send(...args) as Promise<TransactionResponse>

/** One root for a batch; each credential is revoked by its hash. */
export async function documentStore(): Promise<Contender> {
  const source = file('@tradetrust-tt/document-store/dist/contracts/factories/DocumentStore__factory.js')
  const bytecode = /_bytecode = "(0x[0-9a-f]+)"/.exec(source)?.[1]
  if (!bytecode) throw new Error('@tradetrust-tt/document-store has no bytecode where it was')
  const [signer] = await ethers.getSigners()
  const abi = [
    'constructor(string,address)',
    'function issue(bytes32)',
    'function bulkRevoke(bytes32[])',
    'function revoke(bytes32)',
  ]
  const send = sender(await create(abi, bytecode, ['Store', await (signer as Signer).getAddress()]))
  return {
    name: '@tradetrust-tt/document-store',
    leaves: 'a block number for the root; a block number for each revoked hash',
    issue: async () => [await send('issue', [freshHash()])],
    async revoke(count) {
      if (count === 1) return [await send('revoke', [freshHash()])]
      return Promise.all(chunked(freshHashes(count), HASHES).map(part => send('bulkRevoke', [part])))
    },
  }
}

const EAS_ARTIFACTS = '@ethereum-attestation-service/eas-contracts/artifacts/contracts'
const DATA = '(address recipient,uint64 expirationTime,bool revocable,bytes32 refUID,bytes data,uint256 value)'
const EAS = [
  'constructor(address)',
  `function multiAttest((bytes32 schema,${DATA}[] data)[]) payable returns (bytes32[])`,
  'function multiRevoke((bytes32 schema,(bytes32 uid,uint256 value)[] data)[]) payable',
  'function timestamp(bytes32) returns (uint64)',
  'function multiRevokeOffchain(bytes32[]) returns (uint64)',
  'event Attested(address indexed recipient, address indexed attester, bytes32 uid, bytes32 indexed schemaUID)',
]

async function eas(): Promise<{ contract: Contract; schema: string }> {
  const registry = await create(
    [
      'function register(string,address,bool) returns (bytes32)',
      'event Registered(bytes32 indexed uid, address indexed by)',
    ],
    artifact(`${EAS_ARTIFACTS}/SchemaRegistry.sol/SchemaRegistry.json`),
    [],
  )
  const none = `0x${'00'.repeat(20)}`
  const schema = (await registry.getFunction('register').staticCall('bytes32 credential', none, true)) as string
  await registry.getFunction('register')('bytes32 credential', none, true)
  return {
    contract: await create(EAS, artifact(`${EAS_ARTIFACTS}/EAS.sol/EAS.json`), [await registry.getAddress()]),
    schema,
  }
}

/** An attestation on the chain for each credential, with its hash. */
export async function easOnChain(): Promise<Contender> {
  const { contract, schema } = await eas()
  const send = sender(contract)
  const attest = (hashes: readonly string[]) =>
    send('multiAttest', [
      [
        {
          schema,
          data: hashes.map(hash => ({
            recipient: `0x${'00'.repeat(20)}`,
            expirationTime: 0,
            revocable: true,
            refUID: `0x${'00'.repeat(32)}`,
            data: hash,
            value: 0,
          })),
        },
      ],
    ])
  const attestAll = (count: number) => Promise.all(chunked(freshHashes(count), ATTESTATIONS).map(attest))
  return {
    name: 'EAS, attestations on chain',
    leaves: 'a whole attestation for each credential; a time for each revoked one',
    issue: attestAll,
    async revoke(count) {
      const uids: string[] = []
      for (const sent of await attestAll(count)) {
        for (const log of (await sent.wait())?.logs ?? [])
          uids.push(contract.interface.parseLog(log)?.args.uid as string)
      }
      const parts = chunked(uids, ATTESTATIONS)
      return Promise.all(
        parts.map(part => send('multiRevoke', [[{ schema, data: part.map(uid => ({ uid, value: 0 })) }]])),
      )
    },
  }
}

/** Attestations off the chain, with a timestamp for the root of a batch. */
export async function easOffChain(): Promise<Contender> {
  const send = sender((await eas()).contract)
  return {
    name: 'EAS, attestations off chain',
    leaves: 'a time for the root; a time for each revoked identifier',
    issue: async () => [await send('timestamp', [freshHash()])],
    revoke: count => Promise.all(chunked(freshHashes(count), HASHES).map(part => send('multiRevokeOffchain', [part]))),
  }
}

/** An attribute of the issuer's identifier for each credential. The contract has no call for several. */
export async function ethrDid(): Promise<Contender> {
  const abi = [
    'function setAttribute(address,bytes32,bytes,uint256)',
    'function revokeAttribute(address,bytes32,bytes)',
  ]
  const path = 'ethr-did-registry/artifacts/contracts/EthereumDIDRegistry.sol/EthereumDIDRegistry.json'
  const send = sender(await create(abi, artifact(path), []))
  const [signer] = await ethers.getSigners()
  const identity = await (signer as Signer).getAddress()
  const name = zeroPadBytes('0x6372656400000000', 32)
  const each = (count: number, act: (hash: string) => Promise<TransactionResponse>) =>
    Promise.all(freshHashes(count).map(act))
  // The first transaction writes a new slot, which later ones only change.
  await send('setAttribute', [identity, name, freshHash(), 1000])
  return {
    name: 'ethr-did-registry',
    leaves: 'events only, chained by block number; no state to ask for a status',
    issue: count => each(count, hash => send('setAttribute', [identity, name, hash, 94_608_000])),
    revoke: count => each(count, hash => send('revokeAttribute', [identity, name, hash])),
  }
}
