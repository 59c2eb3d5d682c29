import { expect } from 'chai'
import { IssuerError } from '../../../../node/issuer/errors.ts'
import { ManyStatuses } from '../../../../node/issuer/operators/many-statuses.ts'
import type { Progress } from '../../../../node/issuer/operators/proposal.ts'
import { LedgerError } from '../../../../node/ledger/errors.ts'

const ids = Array.from({ length: 70 }, (_, at) => `card ${at}`)
const order = { credentials: ids, to: 'SUSPENDED', reason: 'a reason', by: 'operator:x', at: 0 } as const
const NO_REPORTS = { report: () => undefined }
const get = () => expect.fail('not asked here')
const NONE: Progress = { done: 0, failed: [] }

describe('a change of many statuses', () => {
  it('is made in portions, whose progress is stored; a refusal does not stop it, and the present status is none', async () => {
    const stored: Progress[] = []
    const changed: string[] = []
    const change = async (id: string) => {
      changed.push(id)
      if (id === 'card 1') {
        throw new IssuerError({ code: 'ISSUER_STATUS_UNCHANGED', credential: id, status: 'SUSPENDED' }, 'x')
      }
      if (id === 'card 40') throw new IssuerError({ code: 'ISSUER_CREDENTIAL_UNKNOWN', credential: id }, 'x')
      return undefined as never
    }
    const many = new ManyStatuses({ change, get }, NO_REPORTS, () => undefined)
    await many.run(order, NONE, async progress => {
      stored.push(progress)
      return true
    })
    expect(changed).to.deep.equal(ids)
    expect(stored.map(({ done }) => done)).to.deep.equal([32, 64, 70])
    expect(stored.at(-1)?.failed).to.deep.equal([{ credential: 'card 40', code: 'ISSUER_CREDENTIAL_UNKNOWN' }])
  })

  it('continues after the last stored portion when the ledger was out of reach', async () => {
    let progress = NONE
    const store = async (next: Progress) => {
      progress = next
      return true
    }
    let reachable = false
    const changed: string[] = []
    const change = async (id: string) => {
      changed.push(id)
      if (id === 'card 33' && !reachable) throw new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'x' }, 'x')
      return undefined as never
    }
    const warned: string[] = []
    const many = new ManyStatuses({ change, get }, NO_REPORTS, (_facts, text) => void warned.push(text))
    await many.run(order, NONE, store)
    expect(progress.done).to.equal(32)
    expect(warned).to.have.length(1)
    reachable = true
    changed.length = 0
    await many.run(order, progress, store)
    expect(progress).to.deep.equal({ done: 70, failed: [] })
    expect(changed).to.deep.equal(ids.slice(32))
  })

  it('stops between two portions when it is told to', async () => {
    const changed: string[] = []
    const change = async (id: string) => void changed.push(id) as never
    await new ManyStatuses({ change, get }, NO_REPORTS, () => undefined).run(order, NONE, async () => false)
    expect(changed).to.deep.equal(ids.slice(0, 32))
  })
})
