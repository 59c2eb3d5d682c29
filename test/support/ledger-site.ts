/** What an authority's node publishes for verifiers, over HTTP: the ledger profile, deltas and snapshots. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeP256Pem, SoftwareSigner } from '../../node/keys/signer.ts'
import { thumbprint } from '../../node/lib/jose/jwk.ts'
import { systemClock } from '../../node/lib/time.ts'
import type { LedgerProfile } from '../../node/proof/profile.ts'
import { signProfile } from '../../node/registries/profile/profile.ts'
import { LedgerHeads } from '../../node/verifier/replica/ledger-heads.ts'
import { Replica } from '../../node/verifier/replica/replica.ts'
import type { LedgerWorld } from '../node/verifier/replica/ledger-world.ts'

export interface LedgerSite {
  readonly url: string
  /** Thumbprint of the key that signs the profile. */
  readonly pin: string
  /** The profile with these changes, signed. */
  readonly profile: (change?: Partial<LedgerProfile>) => string
  readonly snapshot: () => Promise<Uint8Array>
  /** The paths that were requested. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

/** @param files further answers, by path: pages for a browser */
export async function openLedgerSite(
  { ledger, profile }: Pick<LedgerWorld, 'ledger' | 'profile'>,
  files: ReadonlyMap<string, { readonly type: string; readonly body: string }> = new Map(),
): Promise<LedgerSite> {
  const heads = new LedgerHeads(ledger, profile)
  const signer = new SoftwareSigner(makeP256Pem())
  const signed = (change: Partial<LedgerProfile> = {}) => signProfile({ ...profile, ...change }, signer)
  const snapshot = async () => {
    const replica = Replica.empty(profile)
    replica.apply((await heads.delta(0, await heads.newest())) ?? new Uint8Array(), systemClock())
    return replica.export()
  }
  const asked: string[] = []
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    const file = files.get(path)
    if (file) response.setHeader('Content-Type', file.type).end(file.body)
    else if (path === '/.well-known/dojang-ledger') response.end(signed())
    else if (path === '/snapshots/latest') response.end(await snapshot())
    else {
      const height = /^\/heads\/(\d+)\/delta$/.exec(path)?.[1]
      const delta = height === undefined ? undefined : await heads.delta(Number(height), await heads.newest())
      response.writeHead(height === undefined ? 404 : delta ? 200 : 204).end(delta ?? undefined)
    }
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    asked.push(pathname)
    response.setHeader('Access-Control-Allow-Origin', '*')
    answer(pathname, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://127.0.0.1:${port}`, pin: thumbprint(signer.publicKey.jwk), profile: signed, snapshot, asked },
    close: () => {
      server.closeAllConnections()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
