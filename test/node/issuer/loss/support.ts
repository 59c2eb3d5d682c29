/** A telecom on the ledger of a world, and the lines of its people. */

import { type ReporterRecord, Reporters } from '../../../../node/issuer/loss/reporters.ts'
import { TelecomReports } from '../../../../node/issuer/loss/telecom-reports.ts'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { toBase64url, toHex } from '../../../../node/lib/bytes.ts'
import { signJws } from '../../../../node/lib/jose/jws.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import { type Core, random, type World } from '../../../support/world.ts'

export const TELECOM = 7
export const LINE = '+821012345678'

export class Telecom {
  readonly signer = new SoftwareSigner(makeP256Pem())
  /** What the ledger has of its key; a test changes it. */
  record: ReporterRecord | null
  readonly alarms: unknown[] = []

  constructor(private readonly world: World) {
    const live = { from: 0, until: NEVER }
    const key = { ...live, org: TELECOM, distrustedFrom: null, uses: KeyUse.REPORT }
    this.record = { key, organisation: live, grant: live, time: Number.MAX_SAFE_INTEGER }
  }

  /** The authority's side. */
  reports(core: Core, perHour = 1000): TelecomReports {
    const { store, vault, credentials, installations, clock, residents } = core
    return new TelecomReports({
      ...{ store, vault, credentials, installations, clock, perHour, desk: core.lossDesk },
      reporters: new Reporters(async keyId => {
        if (!this.record) return null
        const isOurs = keyId === this.signer.keyId
        const time = Math.min(this.record.time, clock())
        return isOurs ? { ...this.record, time } : { key: null, organisation: null, grant: null, time }
      }),
      customerOf: line => residents.lines.customerOf(line),
      publicUrl: this.world.config.publicUrl,
      alarm: facts => void this.alarms.push(facts),
    })
  }

  sign(change: Readonly<Record<string, unknown>> = {}, header: Readonly<Record<string, unknown>> = {}): string {
    const { publicUrl } = this.world.config
    const payload = { aud: publicUrl, line: LINE, time: this.world.clock(), jti: toBase64url(random(16)), ...change }
    return signJws({ typ: 'loss-report+jwt', jwk: { ...this.signer.publicKey.jwk }, ...header }, payload, data =>
      this.signer.sign(data),
    )
  }

  closure(closes: string, change: Readonly<Record<string, unknown>> = {}): string {
    const { publicUrl } = this.world.config
    const own = { closes, identity: 'shop-document', time: this.world.clock(), jti: toBase64url(random(16)) }
    return signJws(
      { typ: 'loss-closure+jwt', jwk: { ...this.signer.publicKey.jwk } },
      { aud: publicUrl, ...own, ...change },
      data => this.signer.sign(data),
    )
  }
}

/** Gives a line to a person, and issues a card on a phone with it. */
export async function cardOn(core: Core, person: Uint8Array, line: string | null, dpopKey = toBase64url(random(32))) {
  let lineTag = null
  if (line !== null) {
    await core.residents.lines.put([{ line, person, telecom: TELECOM }], random)
    const found = core.residents.lines.customerOf(line)
    lineTag = toHex(found?.tag ?? new Uint8Array())
  }
  const { credentialId } = await core.pipeline.issue(core.order(person, { lineTag, dpopKey }))
  return credentialId
}
