import { expect } from 'chai'
import { LedgerWalletProviders } from '../../../../node/issuer/oid4vci/attestation/providers.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import type { Ledger } from '../../../../node/ledger/ledger.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { NEVER } from '../../../../node/proof/registries/interval.ts'
import { purposeHash } from '../../../../node/proof/registries/purpose.ts'
import { KeyUse } from '../../../../node/proof/registries/records.ts'
import type { AdmissionRecords } from '../../../../node/registries/admitted.ts'
import { type Registries, trustRegistry } from '../../../../node/registries/contracts.ts'

const NOW = 1000
const HASH = `0x${'11'.repeat(32)}` as const
const KEY: Hex = `0x${'22'.repeat(32)}`
const ADDRESS: Hex = `0x${'33'.repeat(20)}`

/** What the registry says, one row for each function; the terms are all in force. */
const live = {
  keys: [2, 10, NEVER, NEVER, KeyUse.WALLET],
  organisations: [ADDRESS, 10, NEVER, HASH, HASH],
  grants: [10, NEVER],
  head: NOW,
}

const OUT_OF_REACH = new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_call' }, 'cut off')

function providersOf(
  changed: Partial<typeof live>,
  clock = NOW,
  stopped: readonly number[] = [],
  lastKnown?: AdmissionRecords | null,
) {
  const says = { ...live, ...changed }
  const asked: string[] = []
  const request = async (method: string, params: readonly unknown[] = []) => {
    if (lastKnown !== undefined) throw OUT_OF_REACH
    if (method === 'eth_getBlockByNumber') return { number: '0x7', timestamp: `0x${says.head.toString(16)}` }
    const [{ data }, block] = params as [{ data: string }, string]
    const found = trustRegistry.parseTransaction({ data })
    const name = found?.name as 'keys' | 'organisations' | 'grants'
    asked.push(`${name} ${found?.args.join(' ')} at ${block}`)
    return trustRegistry.encodeFunctionResult(name, says[name])
  }
  const addresses = { accessManager: ADDRESS, trustRegistry: ADDRESS, anchorLog: ADDRESS, statusRegistry: ADDRESS }
  const registries: Registries = { ledger: { request } as unknown as Ledger, addresses }
  return {
    asked,
    providers: new LedgerWalletProviders(
      registries,
      () => clock,
      { endsIssuing: org => stopped.includes(org) },
      async () => null,
      async () => lastKnown ?? null,
    ),
  }
}

describe('wallet providers', () => {
  it('are organisations with a key for wallets and the grant provide-wallet, at the newest block', async () => {
    const { asked, providers } = providersOf({})
    expect(await providers.admitted(KEY)).to.equal(2)
    expect(asked).to.have.members([
      `keys ${KEY} at 0x7`,
      'organisations 2 at 0x7',
      `grants 2 ${purposeHash('provide-wallet')} at 0x7`,
    ])
  })

  const refused: Readonly<Record<string, Partial<typeof live>>> = {
    'an unknown key': { keys: [0, 0, 0, 0, 0] },
    'a key for another use': { keys: [2, 10, NEVER, NEVER, 0xff & ~KeyUse.WALLET] },
    'a key that was retired': { keys: [2, 10, NOW, NEVER, KeyUse.WALLET] },
    'a key that is not in force yet': { keys: [2, NOW + 1, NEVER, NEVER, KeyUse.WALLET] },
    'a distrusted key, also from now on only': { keys: [2, 10, NEVER, NOW, KeyUse.WALLET] },
    'an organisation that was deactivated': { organisations: [ADDRESS, 10, NOW, HASH, HASH] },
    'a grant that was withdrawn': { grants: [10, NOW] },
    'no grant': { grants: [0, 0] },
    'a grant that ended in a block dated after this clock': { grants: [10, NOW + 5], head: NOW + 5 },
  }
  for (const [what, changed] of Object.entries(refused)) {
    it(`are not those with ${what}`, async () => {
      expect(await providersOf(changed).providers.admitted(KEY)).to.equal(null)
    })
  }

  it('are not those that two operators stopped here, whatever the ledger says', async () => {
    expect(await providersOf({}, NOW, [3]).providers.admitted(KEY)).to.equal(2)
    expect(await providersOf({}, NOW, [2]).providers.admitted(KEY)).to.equal(null)
  })

  it('are known from the last proved block while the ledger is out of reach', async () => {
    const interval = { from: 10, until: NEVER }
    const key = { ...interval, org: 2, distrustedFrom: null, uses: KeyUse.WALLET }
    const known = { key, organisation: interval, grant: interval }
    expect(await providersOf({}, NOW, [], known).providers.admitted(KEY)).to.equal(2)
    expect(await providersOf({}, NOW, [2], known).providers.admitted(KEY), 'stopped here').to.equal(null)
    expect(await providersOf({}, NOW, [], { ...known, grant: null }).providers.admitted(KEY)).to.equal(null)
    const unknown = await providersOf({}, NOW, [], null)
      .providers.admitted(KEY)
      .catch(error => error)
    expect(unknown).to.equal(OUT_OF_REACH)
  })
})
