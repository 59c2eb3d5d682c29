/** A check screen without its screen: a verifier with a replica of the node's ledger, and the node's own request key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toX5c } from '../../../node/keys/certificates.ts'
import { SoftwareSigner } from '../../../node/keys/signer.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { InPersonCheck } from '../../../node/verifier/in-person/check.ts'
import { FrameReader, framesOf } from '../../../node/verifier/in-person/frames.ts'
import { judgeOneWay } from '../../../node/verifier/in-person/one-way.ts'
import { awaitAnswer, awaitPosted, openRelay, postRequest } from '../../../node/verifier/in-person/relay-client.ts'
import { makeRelaySession, responseUriOf } from '../../../node/verifier/in-person/relay-protocol.ts'
import { parseRendezvous } from '../../../node/verifier/in-person/rendezvous.ts'
import { SeenPresentations } from '../../../node/verifier/in-person/seen.ts'
import { type OpenedVerifier, openVerifier } from '../../../node/verifier/open.ts'
import { type Preset, policyOf } from '../../../node/verifier/presets/preset.ts'
import { requestPolicyOf } from '../../../node/verifier/presets/request-policy.ts'
import { random } from '../../support/world.ts'
import type { TestNode } from './node.ts'

export class Checker {
  private constructor(
    private readonly opened: OpenedVerifier,
    private readonly seen: SeenPresentations,
    private readonly data: string,
  ) {}

  static async open(node: TestNode, profileKey: string): Promise<Checker> {
    const opened = await openVerifier(node.url, profileKey, { clock: systemClock })
    const seen = await SeenPresentations.open({ read: async () => [], write: async () => undefined })
    return new Checker(opened, seen, node.data)
  }

  /**
   * @param asked the text of the request policy, if not that of the preset
   * @param responseUri where a phone with a network may post its answer
   */
  begin(preset: Preset, asked = requestPolicyOf(preset), responseUri?: string): Promise<InPersonCheck> {
    const [key, certificate] = ['request.pem', 'request.crt'].map(name =>
      readFileSync(join(this.data, 'keys', name), 'utf8'),
    ) as [string, string]
    const signer = new SoftwareSigner(key)
    return InPersonCheck.begin({
      asker: { x5c: [toX5c(certificate)], sign: data => signer.sign(data) },
      requestPolicy: asked,
      policy: policyOf(preset, { inPerson: true }),
      verifier: this.opened.verifier,
      clock: systemClock,
      random,
      ...(responseUri !== undefined && { responseUri }),
    })
  }

  judgeOneWay(preset: Preset, message: Uint8Array) {
    const policy = policyOf(preset, { inPerson: true })
    return judgeOneWay(message, { preset, policy, verifier: this.opened.verifier, seen: this.seen, clock: systemClock })
  }

  /** What a till does with the code of a phone. */
  async meet(code: string, check: InPersonCheck, signal?: AbortSignal) {
    const rendezvous = parseRendezvous(code)
    const ports = { fetcher: fetch, random, ...(signal && { signal }) }
    const token = await postRequest(rendezvous, check.message, ports)
    return check.judge(await awaitAnswer(rendezvous, token, ports))
  }

  /** A request with an address at the node's relay; `posted` is the verdict on what arrives there. */
  async beginOnline(preset: Preset, publicUrl: string) {
    const ports = { fetcher: fetch, random }
    const session = makeRelaySession(`${publicUrl}/relay`, random)
    await openRelay(session, ports)
    const check = await this.begin(preset, requestPolicyOf(preset), responseUriOf(session))
    return { check, message: check.message, posted: async () => check.judge(await awaitPosted(session, ports)) }
  }

  close(): Promise<void> {
    return this.opened.close()
  }
}

/** What a camera reads from the screen, with every third frame lost. */
export function scanned(message: Uint8Array): Uint8Array {
  const { count, text } = framesOf(message)
  const reader = new FrameReader()
  for (let frame = 0; ; frame++) {
    if (count > 1 && frame % 3 === 1) continue
    const { complete } = reader.add(text(frame))
    if (complete) return complete
  }
}
