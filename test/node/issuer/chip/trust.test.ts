import { expect } from 'chai'
import type { CountrySigner } from '../../../../node/chip/document/trust.ts'
import { LedgerChipTrust } from '../../../../node/issuer/chip/anchors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import { trustRegistry } from '../../../../node/registries/contracts.ts'

const NOW = 1000
const HASH = `0x${'11'.repeat(32)}` as const
const CSCA: Hex = `0x${'22'.repeat(32)}`
const FACE: Hex = `0x${'44'.repeat(32)}`
const ADDRESS: Hex = `0x${'33'.repeat(20)}`

/** A registry with one CSCA of organisation 3 and one face provider, organisation 4. */
function trustWith(change: { readonly grants?: readonly string[]; readonly uses?: number } = {}): LedgerChipTrust {
  const { grants = ['3 sign-chip', '4 match-face'], uses } = change
  const granted = new Set(
    grants.map(text => text.split(' ')).map(([org, purpose = '']) => `${org} ${purposeHash(purpose)}`),
  )
  const keys: Readonly<Record<string, readonly unknown[]>> = {
    [CSCA]: [3, 10, 5000, NEVER, uses ?? KeyUse.CHIP],
    [FACE]: [4, 10, NEVER, NEVER, uses ?? KeyUse.FACE],
  }
  const request = async (method: string, params: readonly unknown[] = []) => {
    if (method === 'eth_getBlockByNumber') return { number: '0x7', timestamp: `0x${NOW.toString(16)}` }
    const [{ data }] = params as [{ data: string }]
    const found = trustRegistry.parseTransaction({ data })
    const name = found?.name as 'keys' | 'organisations' | 'grants'
    const args = found?.args.join(' ') ?? ''
    const says = {
      keys: keys[args] ?? [0, 0, 0, 0, 0],
      organisations: [ADDRESS, 10, NEVER, HASH, HASH],
      grants: granted.has(args) ? [10, NEVER] : [0, 0],
    }
    return trustRegistry.encodeFunctionResult(name, says[name])
  }
  const addresses = { accessManager: ADDRESS, trustRegistry: ADDRESS, anchorLog: ADDRESS, statusRegistry: ADDRESS }
  const known = [{ keyId: CSCA }, { keyId: HASH }] as unknown as readonly CountrySigner[]
  return new LedgerChipTrust({ ledger: { request } as unknown as Ledger, addresses }, known, () => NOW)
}

describe('whom the way by chip trusts', () => {
  it('is a CSCA with a key for chips and the grant sign-chip, in the term of its key', async () => {
    const [anchor, ...others] = await trustWith().anchors()
    expect(anchor).to.deep.equal({ countrySigner: { keyId: CSCA }, from: 10, until: 5000 })
    expect(others, 'known, and not registered').to.deep.equal([])
  })

  it('is a face provider with a key for faces and the grant match-face', async () => {
    expect(await trustWith().faceProvider(FACE)).to.equal(4)
  })

  it('is nobody with the grant of the other, and nobody with a key for another use', async () => {
    const exchanged = trustWith({ grants: ['3 match-face', '4 sign-chip'] })
    expect(await exchanged.anchors()).to.deep.equal([])
    expect(await exchanged.faceProvider(FACE)).to.equal(null)
    const others = trustWith({ uses: 0xff & ~KeyUse.CHIP & ~KeyUse.FACE })
    expect(await others.anchors()).to.deep.equal([])
    expect(await others.faceProvider(FACE)).to.equal(null)
    expect(await trustWith().faceProvider(CSCA)).to.equal(null)
  })
})
