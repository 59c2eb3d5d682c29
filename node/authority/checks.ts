/** Composes what makes requests to wallets and answers verifiers: for an authority's node and for a verifier that runs alone. */
import type { Journal } from '../issuer/journal.ts'
import { networkSender } from '../issuer/machines/webhook-sender.ts'
import type { CertifiedSigner } from '../keys/certified.ts'
import type { P256Signer } from '../keys/signer.ts'
import type { Random } from '../lib/random.ts'
import type { Clock, Timer } from '../lib/time.ts'
import type { Warn } from '../lib/warn.ts'
import type { Store } from '../store/store.ts'
import type { Vault } from '../store/vault.ts'
import { Presentations } from '../verifier/oid4vp/presentations.ts'
import type { ClientIdPrefix } from '../verifier/oid4vp/setting.ts'
import type { Presets } from '../verifier/presets/presets.ts'
import { Relay } from '../verifier/relay/relay.ts'
import { ApiKeys } from '../verifier/service/api-keys.ts'
import { CheckRecords } from '../verifier/service/check-records.ts'
import { VerdictNotices } from '../verifier/service/verdict-notices.ts'
import type { Verifier } from '../verifier/verifier.ts'
import type { CloseStack } from './close-stack.ts'

export interface ChecksOptions {
  readonly store: Store
  readonly vault: Vault
  readonly journal: Journal
  readonly verifier: Verifier
  readonly presets: Presets
  readonly custody: { readonly request: CertifiedSigner; readonly webhook: P256Signer }
  readonly publicUrl: string
  readonly clientId: ClientIdPrefix
  /** The rules of HAIP 1.0 (docs/haip.md). */
  readonly haip: boolean
  readonly trustedAuthorities: readonly string[]
  /** Whether webhooks may go to this host. */
  readonly loopback: boolean
  readonly clock: Clock
  readonly timer: Timer
  readonly random: Random
  readonly warn: Warn
}

export interface ChecksParts {
  readonly presentations: Presentations
  readonly relay: Relay
  readonly apiKeys: ApiKeys
  readonly checkRecords: CheckRecords
  readonly verdictNotices: VerdictNotices
}

export async function composeChecks(options: ChecksOptions, closeStack: CloseStack): Promise<ChecksParts> {
  const { store, presets, custody, loopback, clock, timer, random, warn } = options
  const apiKeys = new ApiKeys(options)
  const checkRecords = await CheckRecords.open(store, custody.request, clock)
  const send = networkSender({ timer, loopback })
  const verdictNotices = new VerdictNotices({ store, keys: apiKeys, signer: custody.webhook, send, clock, warn })
  closeStack.add(() => verdictNotices.close())
  const presentations = new Presentations({
    ...options,
    signer: custody.request,
    alsoCommit: (session, verdict) => {
      const preset = session.supplied ?? presets.byId(session.preset)
      return [...verdictNotices.of(session, verdict), ...(preset ? checkRecords.of(session, preset, verdict) : [])]
    },
    afterVerdict: () => {
      verdictNotices.sweep().catch(error => warn({ err: error }, 'notices of verdicts wait for the next sweep'))
    },
  })
  closeStack.add(async () => presentations.close())
  const relay = new Relay({ timer, random })
  closeStack.add(async () => relay.close())
  return { presentations, relay, apiKeys, checkRecords, verdictNotices }
}
