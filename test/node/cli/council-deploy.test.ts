import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import type { Ledger } from '../../../node/ledger/ledger.ts'
import { rpcListener } from '../../../node/ledger/rpc/server.ts'
import type { Hex } from '../../../node/lib/bytes.ts'
import type { LedgerProfile } from '../../../node/proof/profile.ts'
import { addressesOf } from '../../../node/registries/contracts.ts'
import { Role } from '../../../node/registries/governance/governance.ts'
import { readRole } from '../../../node/registries/reads.ts'
import { openHardhatLedger } from '../../../scripts/dev/hardhat-ledger.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support.ts'

const wallet = (n: number): Wallet => new Wallet(`0x${n.toString(16).padStart(64, '0')}`)
const address = (n: number): Hex => wallet(n).address.toLowerCase() as Hex
const DELAY = 86_400

describe('cli: council deploy', () => {
  let ledger: Ledger
  let server: Server
  let data: string

  before(async () => {
    ledger = await openHardhatLedger()
    server = createServer(rpcListener(ledger, { random: randomBytes })).listen(0, '127.0.0.1')
    await once(server, 'listening')
    data = scratchDirectory('council')
  })

  after(async () => {
    server.closeAllConnections()
    server.close()
    await ledger.close()
    rmSync(data, { recursive: true, force: true })
  })

  it('deploys by a plan, and leaves the deployer without roles', async () => {
    const plan = {
      chainId: 31337,
      admin: address(22),
      council: address(23),
      guardian: address(24),
      delay: DELAY,
      organisations: [
        {
          admin: address(25),
          name: '도장청',
          issuer: 'https://id.example',
          info: { contact: 'a' },
          purposes: ['issue:urn:test:1'],
          keys: [{ keyId: `0x${'ab'.repeat(32)}`, uses: ['CREDENTIAL', 'STATUS_LIST'], until: 'never' }],
          accounts: [{ address: address(26), may: ['ANCHOR', 'STATUS'] }],
        },
      ],
      statusLists: [{ capacity: 1024, dailyLimit: 10 }],
    }
    const path = join(data, 'plan.json')
    const key = join(data, 'deployer.key')
    writeFileSync(key, wallet(21).privateKey, { mode: 0o600 })
    const { port } = server.address() as AddressInfo
    const twice = <T>(organisations: readonly T[]): T[] => [...organisations, ...organisations]
    const deploying = (value: unknown) => {
      writeFileSync(path, JSON.stringify(value))
      return run(['council', 'deploy', '--plan', path, '--key', key, '--ledger', `http://127.0.0.1:${port}`, '--json'])
    }
    for (const [wrong, why] of [
      [{ ...plan, guardian: plan.council }, 'must be three different accounts'],
      [{ ...plan, delay: 0 }, 'too short'],
      [{ ...plan, council: '0x12' }, 'not an address'],
      [{ ...plan, extra: 1 }, 'extra'],
      [{ ...plan, admin: `0x${'00'.repeat(20)}` }, 'is the zero address'],
      [{ ...plan, organisations: twice(plan.organisations) }, 'a key may be registered only once'],
      [
        { ...plan, organisations: twice(plan.organisations.map(one => ({ ...one, keys: [] }))) },
        'an account may be registered only once',
      ],
      [{ ...plan, organisations: plan.organisations.map(one => ({ ...one, purposes: ['a', 'a'] })) }, 'twice'],
      [{ ...plan, statusLists: [{ capacity: 1000, dailyLimit: 10 }] }, 'multiple of 128'],
      [{ ...plan, statusLists: [{ capacity: 2 ** 25, dailyLimit: 10 }] }, '16777216'],
      [{ ...plan, statusLists: [{ capacity: 1024, dailyLimit: 2 ** 32 }] }, '4294967295'],
    ] as const) {
      const ran = await deploying(wrong)
      expect(ran.exit).to.equal(2)
      expect(ran.err).to.include(why)
    }
    expect((await deploying({ ...plan, chainId: 5 })).err).to.include('LEDGER_WRONG_CHAIN')
    const own = await deploying({ ...plan, guardian: address(21) })
    expect(own.exit).to.equal(1)
    expect(own.err).to.include('LEDGER_DEPLOYMENT').and.include('Nothing was sent: the deployer is to be GUARDIAN')
    const ran = await deploying(plan)
    expect(ran.exit, ran.err).to.equal(0)
    expect(ran.err).to.include('hand over')
    const { contracts } = JSON.parse(ran.out) as { contracts: LedgerProfile['contracts'] }
    const at = { ledger, addresses: addressesOf({ contracts } as LedgerProfile) }
    for (const role of Object.values(Role)) {
      expect(await readRole(at, role, address(21))).to.deep.equal({ member: false, delay: 0 })
    }
    expect(await readRole(at, Role.COUNCIL, address(23))).to.deep.equal({ member: true, delay: DELAY })
    expect(JSON.parse((await deploying(plan)).out).contracts).to.deep.equal(contracts)
  })
})
