/** Composes the verifier of the authority's own node. It reads a proved copy of the registries. */
import { join } from 'node:path'
import { authorityKeyIds } from '../credential/certificate.ts'
import { Journal } from '../issuer/journal.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { TransparencyLog } from '../ledger/transparency/transparency-log.ts'
import { WitnessedLedger } from '../ledger/witnessed.ts'
import { parseNoteKey } from '../proof/tlog/note.ts'
import { needsStatements } from '../proof/witness.ts'
import type { HeldSuspensions } from '../status/held.ts'
import type { Vault } from '../store/vault.ts'
import { ReplicaView } from '../verifier/replica/view.ts'
import { OwnReplica } from '../verifier/snapshot/own-replica.ts'
import { Verifier } from '../verifier/verifier.ts'
import type { LedgerView } from '../verifier/view.ts'
import { RpcView } from '../verifier/views/rpc.ts'
import type { AuthorityBase } from './base.ts'
import { type ChecksParts, composeChecks } from './checks.ts'
import type { CloseStack } from './close-stack.ts'
import { ownStatusLists } from './own-status-lists.ts'

export interface VerifierParts extends ChecksParts {
  /** Null on a ledger without seals. */
  readonly transparencyLog: TransparencyLog | null
  /** The ledger as verifiers see it. If the profile demands witnesses, it has only heads that they signed. */
  readonly published: Ledger
  /** A proved copy of the registries, which checks read; null on a ledger without seals. */
  readonly ownReplica: OwnReplica | null
  readonly view: LedgerView
  readonly verifier: Verifier
}

export async function composeVerifier(
  base: AuthorityBase,
  vault: Vault,
  held: HeldSuspensions,
  closeStack: CloseStack,
): Promise<VerifierParts> {
  const { config, custody, presets, store, profileFile, clock, timer, random, warn } = base
  const { profile } = profileFile
  const transparencyLog = openTransparencyLog(base)
  const published = publishedLedger(base, transparencyLog, closeStack)
  const ownReplica = openOwnReplica(base, published, closeStack)
  const rpcView = new RpcView(published, profile, clock)
  const replicaView = new ReplicaView(() => ownReplica?.replica ?? null, {
    refresh: async () => ownReplica?.refresh() ?? false,
  })
  // Until the replica has read the logs, the answers of our own ledger node are trusted without proofs.
  const view = { pin: () => (ownReplica?.replica ? replicaView : rpcView).pin() }
  const statusLists = ownStatusLists(config.publicUrl, held)
  const verifier = new Verifier({ profile, view, clock, statusLists, warn })
  const { publicUrl, verifierId: clientId, haip } = config
  const own = authorityKeyIds(custody.credential.x5c)
  const trustedAuthorities = config.trustedAuthorities.flatMap(id => (id === 'own' ? own : [id]))
  const journal = new Journal(store)
  const loopback = config.mode !== 'production'
  const checks = await composeChecks(
    {
      ...{ store, vault, journal, verifier, presets, custody, publicUrl, clientId, haip, trustedAuthorities, loopback },
      ...{ clock, timer, random, warn },
    },
    closeStack,
  )
  return { published, ownReplica, view, verifier, transparencyLog, ...checks }
}

function publishedLedger(
  { config, ledger, profileFile: { profile }, warn }: AuthorityBase,
  log: TransparencyLog | null,
  closeStack: CloseStack,
): Ledger {
  if (!needsStatements(profile)) return ledger
  const urls = config.witnesses.members.map(({ url }) => url)
  const witnessed = new WitnessedLedger({
    ledger,
    profile,
    urls,
    warn,
    logProof: async height => log?.proofOf(height) ?? null,
  })
  closeStack.add(() => witnessed.close())
  return witnessed
}

function openTransparencyLog({ config, custody, ledger, store, profileFile, clock, warn, alarm }: AuthorityBase) {
  if (profileFile.profile.seals !== 'qbft') return null
  const { quorum, members } = config.logWitnesses
  const witnesses = members.map(({ key, url }) => ({ key: parseNoteKey(key), url }))
  return new TransparencyLog({
    ledger,
    store,
    signer: custody.log,
    witnesses,
    quorum,
    clock,
    fetcher: fetch,
    warn,
    alarm,
  })
}

function openOwnReplica({ config, profileFile, clock, warn }: AuthorityBase, ledger: Ledger, closeStack: CloseStack) {
  if (profileFile.profile.seals !== 'qbft') return null
  const path = join(config.data, 'replica', 'snapshot.bin')
  const ownReplica = OwnReplica.open({ ledger, profileFile, clock, path, warn })
  closeStack.add(() => ownReplica.close())
  return ownReplica
}
