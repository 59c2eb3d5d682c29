/** Creates deltas from a ledger's JSON-RPC, for the node's own replica and for those of others. */
import { toHex, toQuantity } from '../../lib/bytes.ts'
import { eachLog } from '../../lib/logs.ts'
import { parseNodes } from '../../proof/contract.ts'
import { malformed, ProofError } from '../../proof/errors.ts'
import { blockHash, type Header, parseHeader } from '../../proof/header.ts'
import { verifyVouchedHeader } from '../../proof/light-client.ts'
import {
  type LoggedBlock,
  parseLog,
  REGISTRIES,
  type RegistryLog,
  type RegistryName,
} from '../../proof/registries/log.ts'
import { validatorsOf } from '../../proof/seals.ts'
import { needsStatements } from '../../proof/witness.ts'
import { NoAnswer } from '../no-answer.ts'
import { encodeDelta } from './delta.ts'
import type { HeadSection, ReplicaProfile } from './head.ts'
import { TooFarBehind } from './source.ts'

/** The part of EIP-1193 that this file needs. */
export interface RpcPort {
  request(method: string, params?: readonly unknown[]): Promise<unknown>
}

interface RawLog {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly blockNumber: string
}

/** A ledger. Where the profile requires witnesses, its newest block is the newest witnessed one. */
export interface WitnessedPort extends RpcPort {
  /** The statements of witnesses about the block at that height. */
  statements?(height: number): Promise<readonly string[]>
}

/** The most headers of a path, so that an endpoint that invents headers cannot make the search endless. */
const MAX_PATH = 128

export class LedgerHeads {
  readonly #registries: ReadonlyMap<string, RegistryName>

  constructor(
    private readonly ledger: WitnessedPort,
    private readonly profile: ReplicaProfile,
  ) {
    this.#registries = new Map(REGISTRIES.map(name => [profile.contracts[name].address.toLowerCase(), name]))
  }

  newest(): Promise<Header> {
    return this.#header('latest')
  }

  /**
   * The delta from block `height` to `to`.
   * @returns null unless `height` is lower
   * @throws {TooFarBehind} if there are more changes than `maxLogs`
   */
  async delta(height: number, to: Header, maxLogs = Number.POSITIVE_INFINITY): Promise<Uint8Array | null> {
    if (height >= to.number) return null
    const from = await this.#header(height)
    const [path, accountProofs, blocks, witnesses] = await Promise.all([
      this.#path(from, to),
      this.#accountProofs(to.number),
      this.#blocks(height + 1, to.number, maxLogs),
      this.statements(to.number),
    ])
    // The QBFT hash of the block. The extraData of genesis may be anything, so its hash comes from the profile.
    const hash = height === 0 ? this.profile.genesis : toHex(blockHash(from))
    return encodeDelta(this.profile.chainId, {
      from: { height, hash },
      section: { path, accountProofs, witnesses },
      blocks,
    })
  }

  /** The statements of witnesses; empty if the profile requires none. */
  async statements(height: number): Promise<readonly string[]> {
    return needsStatements(this.profile) ? ((await this.ledger.statements?.(height)) ?? []) : []
  }

  /** The headers that lead a light client from block `height` to `to`. */
  async path(height: number, to: Header): Promise<readonly Header[]> {
    return height >= to.number ? [to] : this.#path(await this.#header(height), to)
  }

  /**
   * Few headers that a light client can follow: the range is halved until the validators of each header vouch for the
   * next.
   */
  async #path(from: Header, to: Header, left = { headers: MAX_PATH }): Promise<Header[]> {
    if (to.number - from.number <= 1 || isVouchedBy(from, to)) return [to]
    if (left.headers === 0)
      throw malformed('headers', `the set of validators changed more than ${MAX_PATH} times between two heads`)
    left.headers -= 1
    const middle = await this.#header(Math.floor((from.number + to.number) / 2))
    return [...(await this.#path(from, middle, left)), ...(await this.#path(middle, to, left))]
  }

  async #accountProofs(height: number): Promise<HeadSection['accountProofs']> {
    const proofs = REGISTRIES.map(async name => {
      const { address } = this.profile.contracts[name]
      const answer = await this.ledger.request('eth_getProof', [address, [], toQuantity(height)])
      if (answer === null || answer === undefined) throw missingAnswer(`the state of block ${height}`)
      return [name, parseNodes((answer as { accountProof?: unknown }).accountProof, 'accountProof')] as const
    })
    return Object.fromEntries(await Promise.all(proofs)) as unknown as HeadSection['accountProofs']
  }

  async #blocks(from: number, to: number, maxLogs: number): Promise<LoggedBlock[]> {
    const found = new Map<number, RegistryLog[]>()
    const deployed = Math.min(...REGISTRIES.map(name => this.profile.contracts[name].block))
    let logs = 0
    const filter = { address: [...this.#registries.keys()] }
    for await (const log of eachLog<RawLog>(this.ledger, filter, Math.max(from, deployed), to)) {
      const registry = this.#registries.get(log.address.toLowerCase())
      if (!registry) continue
      logs += 1
      if (logs > maxLogs) throw new TooFarBehind('more changes than one delta holds')
      const height = Number(log.blockNumber)
      const block = found.get(height) ?? []
      found.set(height, block)
      block.push({ registry, ...parseLog(log) })
    }
    const blocks: LoggedBlock[] = []
    for (const [height, each] of [...found].sort(([a], [b]) => a - b)) {
      blocks.push({ height, time: (await this.#header(height)).timestamp, logs: each })
    }
    return blocks
  }

  async #header(tag: number | 'latest'): Promise<Header> {
    const block = await this.ledger.request('eth_getBlockByNumber', [
      typeof tag === 'number' ? toQuantity(tag) : tag,
      false,
    ])
    if (block === null) throw missingAnswer(`block ${tag}`)
    const header = parseHeader(block)
    if (typeof tag === 'number' && header.number !== tag) throw malformed('block', 'it is of another height')
    return header
  }
}

/** Not a ProofError: the node lags, or does not store old states. The caller asks again later. */
const missingAnswer = (what: string) => new NoAnswer(`the ledger's node does not have ${what}`)

function isVouchedBy(from: Header, to: Header): boolean {
  try {
    verifyVouchedHeader(validatorsOf(from), to)
    return true
  } catch (error) {
    if (error instanceof ProofError) return false
    throw error
  }
}
