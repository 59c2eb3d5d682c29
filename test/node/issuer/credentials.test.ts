import { expect } from 'chai'
import { StatusReasons } from '../../../node/issuer/status-reasons.ts'
import { SuspensionViews } from '../../../node/issuer/suspension-view.ts'
import { Suspensions } from '../../../node/issuer/suspensions.ts'
import { fromHex, fromUtf8, utf8 } from '../../../node/lib/bytes.ts'
import { readStatusWord } from '../../../node/registries/reads.ts'
import { Bucket } from '../../../node/store/buckets.ts'
import { failureOf } from '../../support/failure.ts'
import { type Core, World } from '../../support/world.ts'

describe('a change of status', function () {
  this.timeout(60_000)
  let world: World
  let core: Core
  let next = 0

  before(async () => {
    world = await World.make(30)
    core = await world.open()
  })
  after(() => world.dispose())

  const issue = async () => (await core.pipeline.issue(core.order(world.people[next++] as Uint8Array))).credentialId
  const change = (id: string, to: 'VALID' | 'SUSPENDED' | 'INVALID', reason = 'a reason', by = 'operator') =>
    core.credentials.change(id, to, reason, by)
  const onLedger = async (id: string) => {
    const { list, idx } = core.credentials.get(id)
    const registries = { ledger: world.ledger, addresses: world.addresses }
    const word = await readStatusWord(registries, BigInt(list), idx >> 7)
    return ((word[(idx & 127) >> 2] as number) >> ((idx & 3) * 2)) & 3
  }

  it('suspends, reinstates and revokes, on the ledger and in the status mirror', async () => {
    const id = await issue()
    for (const [to, value] of [
      ['SUSPENDED', 2],
      ['VALID', 0],
      ['SUSPENDED', 2],
      ['INVALID', 1],
    ] as const) {
      const done = await change(id, to)
      expect(done).to.include({ credentialId: id, status: to })
      expect(done.transaction).to.match(/^0x[0-9a-f]{64}$/)
      expect(core.status(id)).to.equal(to)
      expect(await onLedger(id)).to.equal(value)
    }
  })

  it('is refused by the contract if the card is revoked', async () => {
    const id = await issue()
    await change(id, 'INVALID')
    for (const to of ['VALID', 'SUSPENDED'] as const) {
      const failure = await failureOf(change(id, to))
      expect(failure.code).to.equal('ISSUER_STATUS_REFUSED')
      expect(failure.detail?.reason).to.match(/^RevokedIsFinal\(/)
    }
    expect(await onLedger(id)).to.equal(1)
  })

  it('is an error if nothing would change, and no transaction is sent', async () => {
    const id = await issue()
    const nonce = () => world.ledger.request('eth_getTransactionCount', [core.statusLane.account, 'latest'])
    const before = await nonce()
    const failure = await failureOf(change(id, 'VALID'))
    expect(failure.code).to.equal('ISSUER_STATUS_UNCHANGED')
    expect(failure.detail).to.include({ status: 'VALID' })
    expect(await nonce()).to.equal(before)
  })

  it('is refused for a credential that was not issued here', async () => {
    expect((await failureOf(change('0'.repeat(32), 'INVALID'))).code).to.equal('ISSUER_CREDENTIAL_UNKNOWN')
  })

  it('is made once if it is requested twice at the same time', async () => {
    const id = await issue()
    const both = await Promise.allSettled([change(id, 'SUSPENDED'), change(id, 'SUSPENDED')])
    expect(both.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected'])
    expect((both[1] as PromiseRejectedResult).reason.code).to.equal('ISSUER_STATUS_UNCHANGED')
  })

  it('is made or refused in the order of the requests, if two contradict each other', async () => {
    const id = await issue()
    const both = await Promise.all([change(id, 'SUSPENDED'), change(id, 'INVALID')])
    expect(both.map(({ status }) => status)).to.deep.equal(['SUSPENDED', 'INVALID'])
    expect(await onLedger(id)).to.equal(1)
  })

  it('is made although another account changed the status before the mirror knew of it', async () => {
    const id = await issue()
    const { idx } = core.credentials.get(id)
    // Another account of the authority suspends it, and the mirror is updated only later.
    const purpose = { to: 'SUSPENDED', reason: 'lost', by: 'telecom 7' } as const
    const [request] = core.credentials.requests([id], 'VALID', purpose)
    const statusAt = core.mirror.statusAt.bind(core.mirror)
    let stale = 1
    core.mirror.statusAt = (of, at) => (at === idx && stale-- > 0 ? 0 : statusAt(of, at))
    if (request) await core.issuingLane.submit(request).outcome
    const done = await change(id, 'INVALID')
    expect(done.status).to.equal('INVALID')
    expect(await onLedger(id)).to.equal(1)
    core.mirror.statusAt = statusAt
  })

  it('fails with LEDGER_UNREACHABLE if the ledger is unreachable, and can be requested again', async () => {
    const id = await issue()
    world.ledger.cut = true
    expect((await failureOf(change(id, 'SUSPENDED'))).code).to.equal('LEDGER_UNREACHABLE')
    world.ledger.cut = false
    expect((await change(id, 'SUSPENDED')).status).to.equal('SUSPENDED')
  })

  it('has a journal entry with the requester, and its reason is nowhere in the clear', async () => {
    const id = await issue()
    const reason = '휴대전화를 지하철에서 잃어버렸다고 함'
    const { transaction } = await change(id, 'SUSPENDED', reason)
    const entry = (await core.entries()).find(one => one.transaction === transaction)
    expect(entry).to.include({ event: 'credential.status-set', credential: id, to: 'SUSPENDED', by: 'operator' })
    const needle = Buffer.from(utf8(reason))
    for await (const [key, value] of core.store.range(new Uint8Array([0]), new Uint8Array([0xff]))) {
      expect(Buffer.from(key).includes(needle) || Buffer.from(value).includes(needle)).to.equal(false)
    }
  })

  it('stores its reason sealed under the person’s key, and the cause on the ledger leads to it', async () => {
    const id = await issue()
    const reason = 'stolen'
    await change(id, 'SUSPENDED', reason)
    const person = fromHex(core.credentials.get(id).person)
    const opened: string[] = []
    const [from, to] = [new Uint8Array([Bucket.statusCause]), new Uint8Array([Bucket.statusCause + 1])]
    for await (const [key, value] of core.store.range(from, to)) {
      if (!Buffer.from(value.subarray(0, 16)).equals(Buffer.from(person))) continue
      const cause = `0x${Buffer.from(key.subarray(1)).toString('hex')}`
      const plain = core.vault.open(person, `status cause ${cause}`, value.subarray(16))
      opened.push(new TextDecoder().decode(plain.subarray(16)))
    }
    expect(opened).to.deep.equal([reason])
  })

  it('is possible for an erased person: the card can still be revoked', async () => {
    const id = await issue()
    await core.residents.erase(fromHex(core.credentials.get(id).person))
    expect((await change(id, 'INVALID')).status).to.equal('INVALID')
  })

  it('belongs to a record that is stored with the names of earlier versions', async () => {
    const id = await issue()
    const { cardId, leafIndex, ...rest } = core.credentials.get(id)
    const stored = core.store.get(new Uint8Array([Bucket.credential, ...utf8(id)])) as Uint8Array
    expect(JSON.parse(fromUtf8(stored))).to.deep.equal({ ...rest, card: cardId, slot: leafIndex })
  })

  it('records who suspended the card, for as long as it is suspended', async () => {
    const id = await issue()
    expect(core.credentials.suspendedBy(id)).to.equal(undefined)
    await change(id, 'SUSPENDED', 'lost', 'telecom 7')
    expect(core.credentials.suspendedBy(id)).to.equal('telecom 7')
    await change(id, 'VALID')
    expect(core.credentials.suspendedBy(id)).to.equal(undefined)
  })

  it('by a reinstatement names the report that it closes, in the journal, and closes no other one', async () => {
    const id = await issue()
    const views = new SuspensionViews(
      new Suspensions(core.store),
      new StatusReasons(core.store, core.vault, () => new Uint8Array()),
    )
    const lost = await change(id, 'SUSPENDED', 'lost', 'operator:A')
    const { transaction: report, block, time } = lost
    expect(views.show(id)).to.deep.equal({ report, block, time, by: 'operator:A', reason: 'lost' })
    await core.credentials.change(id, 'VALID', 'found', 'operator:B', report)
    expect(views.show(id)).to.equal(null)
    const closing = (await core.entries()).find(one => one.credential === id && one.to === 'VALID')
    expect(closing).to.include({ event: 'credential.status-set', by: 'operator:B', closes: report })

    // Somebody else's report, after a clerk has read the first one.
    const stolen = await change(id, 'SUSPENDED', 'stolen', 'operator:C')
    const late = core.credentials.change(id, 'VALID', 'found', 'operator:B', report)
    expect((await failureOf(late)).code).to.equal('ISSUER_REPORT_CHANGED')
    expect(core.status(id)).to.equal('SUSPENDED')
    expect(views.show(id)).to.include({ report: stolen.transaction, reason: 'stolen' })
    await change(id, 'INVALID')
    expect(views.show(id)).to.equal(null)
  })

  it('has no reason to show after the person was erased', async () => {
    const id = await issue()
    await change(id, 'SUSPENDED', 'lost')
    await core.residents.erase(fromHex(core.credentials.get(id).person))
    const reasons = new StatusReasons(core.store, core.vault, () => new Uint8Array())
    expect(new SuspensionViews(new Suspensions(core.store), reasons).show(id)).to.include({ reason: null })
  })

  it('needs a list whose words were read: otherwise the status is unknown', async () => {
    const record = { ...core.credentials.get(await issue()), list: '77' }
    expect((await failureOf((async () => core.credentials.statusOf(record))())).code).to.equal('STATUS_LIST_UNKNOWN')
  })
})
