/** A node and a wallet whose clocks can be moved: the council's delay and an outage pass without waiting. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { TestNode } from '../../e2e/support/node.ts'
import { Child } from '../../e2e/support/process.ts'
import { finding, offer, request, verdictOf } from '../../e2e/support/steps.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const PRELOAD = `--import=${join(import.meta.dirname, '..', '..', 'support', 'shifted-clock.mjs')}`

export class ShiftedSite {
  readonly home = scratchDirectory('attack-wallet')
  readonly node = new TestNode([], () => this.#env())
  #shift = 0

  /** Processes that start from now on see this time. */
  readonly shift = (seconds: number): void => {
    this.#shift += seconds
  }

  /** Makes an offer, and accepts it in a wallet process. @returns the card's id in the wallet, and at the issuer */
  async issue(personalNumber: string): Promise<{ card: string; credentialId: string }> {
    const { offerUrl, txCode, applicationId } = await offer(this.node, 'resident', personalNumber)
    const { exit, out, err } = await this.#wallet('accept', offerUrl, '--tx-code', txCode)
    expect(exit, err).to.equal(0)
    const { body } = await this.node.get(`/operator/applications/${applicationId}`)
    return { card: /^Card (\S+) /.exec(out)?.[1] ?? '', credentialId: body.credentialId }
  }

  async check(card: string): Promise<string> {
    const { id, requestUrl } = await request(this.node, 'bank')
    const { exit, err } = await this.#wallet('present', requestUrl, '--card', card)
    expect(exit, err).to.equal(0)
    return finding(await verdictOf(this.node, id))
  }

  /** A registry's address, as the published profile has it. */
  async contract(name: 'anchorLog' | 'statusRegistry'): Promise<string> {
    const profile = await (await fetch(`${this.node.localUrl}/.well-known/dojang-ledger`)).text()
    const [, payload = ''] = profile.split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).contracts[name].address
  }

  async dispose(): Promise<void> {
    await this.node.dispose()
    rmSync(this.home, { recursive: true, force: true })
  }

  #wallet(...args: string[]) {
    const child = Child.start('test/e2e/wallet/cli.ts', [...args, '--home', this.home], { env: this.#env() })
    return child.finished()
  }

  #env(): Record<string, string> {
    return { NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(this.#shift * 1000) }
  }
}
