import { RpcContext } from '../../../node/ledger/embedded/context.ts'
import { createSealer } from '../../../node/ledger/embedded/crypto.ts'
import { dispatch } from '../../../node/ledger/embedded/dispatch.ts'
import type { EmbeddedNode } from '../../../node/ledger/embedded/node.ts'
import type { Follower, FollowerOptions } from '../../../node/ledger/follower/follower.ts'
import { openFollower } from '../../../node/ledger/follower/follower.ts'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { fromHex, type Hex, toHex } from '../../../node/lib/bytes.ts'
import { CHAIN_ID, sign, temporaryDirectory, VALIDATOR_KEY } from './embedded/fixture.ts'
import { MemoryStore, openInMemory, type StillClock } from './embedded/memory.ts'

/** A block in JSON-RPC. */
export type Json = Record<string, unknown> & { transactions: (Record<string, unknown> & { hash: Hex })[] }

export const validator = createSealer(VALIDATOR_KEY)

export async function chainOf(
  clock: StillClock,
  transactions: readonly Parameters<typeof sign>[0][],
  store = new MemoryStore(),
) {
  const { node } = await openInMemory(store, clock)
  for (const each of transactions) {
    clock.advance(1)
    await node.submit(fromHex(await sign(each)))
  }
  return { node, store }
}

export const ask = (of: EmbeddedNode, method: string, params: readonly unknown[]) =>
  dispatch(new RpcContext(of), method, params)

/** A ledger whose blocks a test can change before the follower gets them. */
export const sourceOf = (
  of: EmbeddedNode,
  change: (block: Json, number: number) => Json | null | Promise<Json | null> = block => block,
): Ledger => ({
  async request(method, params = []) {
    const answer = await ask(of, method, params)
    if (method !== 'eth_getBlockByNumber' || answer === null) return answer
    return await change(structuredClone(answer) as Json, Number(params[0]))
  },
  onHead: () => () => {},
  close: async () => {},
})

export type FollowedProfile = Parameters<typeof openFollower>[0]['profile']

/** The block of that height, as a checkpoint. */
export function checkpointOf({ chain }: EmbeddedNode, height: number): FollowedProfile['checkpoint'] {
  const block = chain.block(height)
  return { height, hash: toHex(block?.hash ?? new Uint8Array()), time: block?.header.timestamp ?? 0 }
}

/** The profile for a follower of this ledger. */
export function profileOf(node: EmbeddedNode): FollowedProfile {
  const checkpoint = checkpointOf(node, 0)
  return { chainId: CHAIN_ID, genesis: checkpoint.hash, checkpoint }
}

/** Followers in a temporary directory, closed and removed after each test. */
export class Followers {
  #directory: ReturnType<typeof temporaryDirectory> | undefined
  readonly #open: Follower[] = []

  get path(): string {
    this.#directory ??= temporaryDirectory()
    return this.#directory.path
  }

  async follow(options: Omit<FollowerOptions, 'path'>): Promise<Follower> {
    const follower = await openFollower({ path: this.path, pollMs: 5, ...options })
    this.#open.push(follower)
    return follower
  }

  async end(): Promise<void> {
    for (const follower of this.#open.splice(0)) await follower.close()
    this.#directory?.remove()
    this.#directory = undefined
  }
}
