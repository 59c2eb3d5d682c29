/** What the tests of replacements share: an issuer with people, whose cards replace one another. */
import type { Issued } from '../../../../node/issuer/order.ts'
import { type Core, World } from '../../../support/world.ts'

export const TEN_MINUTES = 600

export class Replacing {
  #next = 0

  private constructor(
    readonly world: World,
    public core: Core,
  ) {}

  static async open(people = 20): Promise<Replacing> {
    const world = await World.make(people)
    const core = await world.open()
    // A missing notification counts as acceptance only ten minutes after the start.
    await world.ledger.pass(TEN_MINUTES)
    return new Replacing(world, core)
  }

  /** Somebody who has no card yet. */
  readonly someone = (): Uint8Array => this.world.people[this.#next++] as Uint8Array

  readonly statuses = (...cards: Issued[]) => cards.map(({ credentialId }) => this.core.status(credentialId))

  /** What the wallet reports. */
  readonly tell = (application: string, event: 'credential_accepted' | 'credential_failure') =>
    this.core.store.commit(this.core.pipeline.notified(application, event))

  /** @param meanwhile while nothing runs */
  async restart(meanwhile: () => Promise<unknown> = async () => undefined): Promise<Core> {
    await this.core.close()
    await meanwhile()
    this.core = await this.world.open()
    return this.core
  }

  /** In `body`, the ledger refuses the first anchor after its simulation: the contract accepts no root twice. */
  async refusingAnAnchor<T>(body: () => Promise<T>): Promise<T> {
    const { ledger } = this.world
    const { request } = ledger
    let asked = false
    ledger.request = async (method, params) => {
      if (method !== 'eth_call' || asked) return request.call(ledger, method, params)
      asked = true
      const [{ data, to }] = params as [{ data: `0x${string}`; to: `0x${string}` }]
      const answer = await request.call(ledger, method, params)
      const anchoredEarlier = { to, data, gasLimit: 200_000n, cause: { kind: 'list' }, ops: [] } as const
      await this.core.issuingLane.submit(anchoredEarlier).outcome
      return answer
    }
    try {
      return await body()
    } finally {
      ledger.request = request
    }
  }
}
