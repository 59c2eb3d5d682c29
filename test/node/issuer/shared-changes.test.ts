import { expect } from 'chai'
import { SharedChanges } from '../../../node/issuer/shared-changes.ts'
import { StatusRequests } from '../../../node/issuer/status-requests.ts'
import { LedgerError } from '../../../node/ledger/errors.ts'
import { systemTimer } from '../../../node/lib/time.ts'
import { failureOf } from '../../support/failure.ts'

describe('status changes of one moment', () => {
  let submitted: string[][]
  let simulated: number
  let revert: string | undefined
  let fault: LedgerError | undefined
  let shared: SharedChanges

  beforeEach(() => {
    submitted = []
    simulated = 0
    revert = fault = undefined
    const reasons = {
      ofPerson: (reason: string) => ({ cause: `0x${'11'.repeat(32)}`, ops: [`person ${reason}`] }),
      ofInstall: (reason: string) => ({ cause: `0x${'22'.repeat(32)}`, ops: [`install ${reason}`] }),
    }
    shared = new SharedChanges({
      requests: new StatusRequests(`0x${'33'.repeat(20)}`, reasons as never),
      ledger: {
        request: async () => {
          simulated += 1
          if (fault) throw fault
          return '0x'
        },
      },
      lane: {
        account: `0x${'44'.repeat(20)}`,
        submit: ({ cause, ops }: { cause: { credentials: string[] }; ops: string[] }) => {
          submitted.push([...cause.credentials, ...ops])
          return { outcome: Promise.resolve({ transaction: `tx ${submitted.length}`, revert }) }
        },
      },
      timer: systemTimer,
    } as never)
  })

  const make = (id: string, idx: number, list = '1', to: 'SUSPENDED' | 'INVALID' = 'SUSPENDED') =>
    shared.make(
      { id, record: { list, idx, person: `0x${'00'.repeat(16)}` }, from: 'VALID' },
      { to, reason: 'new', by: 'replacement' },
    )

  it('share a transaction for each list and status, in ascending order', async () => {
    const outcomes = await Promise.all([
      make('a', 9),
      make('b', 3),
      make('c', 4, '2'),
      make('d', 5, '2'),
      make('e', 1, '2', 'INVALID'),
    ])
    expect(submitted).to.deep.equal([
      ['b', 'a', 'install new'],
      ['c', 'd', 'install new'],
    ])
    expect(outcomes.map(each => each?.transaction)).to.deep.equal(['tx 1', 'tx 1', 'tx 2', 'tx 2', undefined])
    expect(simulated).to.equal(2)
  })

  it('share no transaction with more than the contract takes', async () => {
    await Promise.all(Array.from({ length: 1_100 }, (_, i) => make(`c${i}`, i)))
    expect(submitted.map(({ length }) => length - 1)).to.deep.equal([512, 512, 76])
  })

  it('are made alone if the contract refuses the shared one, before it is sent or when it is included', async () => {
    fault = new LedgerError(
      { code: 'LEDGER_RPC', method: 'eth_call', rpcCode: 3, rpcMessage: 'reverted', data: '0x' },
      'reverted',
    )
    expect(await Promise.all([make('a', 1), make('b', 2)])).to.deep.equal([undefined, undefined])
    expect(submitted).to.deep.equal([])
    fault = undefined
    revert = 'StatusDiffers(1)'
    expect(await Promise.all([make('a', 1), make('b', 2)])).to.deep.equal([undefined, undefined])
    expect(submitted).to.have.lengthOf(1)
  })

  it('fail together if the ledger is unreachable', async () => {
    fault = new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'eth_call' }, 'cut off')
    const failures = [make('a', 1), make('b', 2)].map(failureOf)
    expect((await Promise.all(failures)).map(({ code }) => code)).to.deep.equal([
      'LEDGER_UNREACHABLE',
      'LEDGER_UNREACHABLE',
    ])
  })
})
