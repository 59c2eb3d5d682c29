/** Wallets that wait while the ledger is out of reach, and what becomes of their cards. */
import { inflateSync } from 'node:zlib'
import { expect } from 'chai'
import { parseSdJwt } from '../../../../node/credential/sd-jwt/parse.ts'
import { statusAt } from '../../../../node/credential/status-list.ts'
import type { Issued, IssueOrder } from '../../../../node/issuer/order.ts'
import { fromBase64url, fromUtf8 } from '../../../../node/lib/bytes.ts'
import { HOUR } from '../../../../node/lib/time.ts'
import { STATUS_BITS, STATUSES } from '../../../../node/proof/registries/status.ts'
import { checkCard } from '../../../support/card.ts'
import { failureOf } from '../../../support/failure.ts'
import { until } from '../../../support/until.ts'
import { type Core, holderKey } from '../../../support/world.ts'
import { Replacing } from './replacing.ts'

/** A lane that failed some times waits up to five seconds. */
const SLOW = { withinMs: 15_000 }

const payloadOf = ({ credential }: Issued) => parseSdJwt(credential).unverifiedPayload

describe('a wallet that waits while the ledger is out of reach', function () {
  this.timeout(60_000)
  let replacing: Replacing
  let core: Core

  before(async () => {
    replacing = await Replacing.open()
    core = replacing.core
  })
  after(() => replacing.world.dispose())

  const order = () => core.order(replacing.someone())
  const { tell, statuses } = {
    tell: (...told: Parameters<Replacing['tell']>) => replacing.tell(...told),
    statuses: (...cards: Issued[]) => replacing.statuses(...cards),
  }
  /** Without the two seconds after which the node notices it. */
  const cut = () => {
    replacing.world.ledger.cut = true
    Object.defineProperty(core.reach, 'lost', { configurable: true, value: 'unreachable' })
  }
  const mend = async () => {
    replacing.world.ledger.cut = false
    Reflect.deleteProperty(core.reach, 'lost')
    await until('the ledger answers', () => core.reach.lost === null)
    await core.mirror.catchUp()
  }
  const whileCut = async <T>(work: () => Promise<T>): Promise<T> => {
    cut()
    try {
      return await work()
    } finally {
      await mend()
    }
  }
  const withTemporary = async () => {
    const wanted = order()
    return { wanted, temporary: await whileCut(() => core.pipeline.issue(wanted)) }
  }
  /** The order by which the same wallet exchanges its temporary card, with a fresh key. */
  const exchangeOf = ({ person, dpopKey }: IssueOrder, { credentialId: renews }: Issued): IssueOrder =>
    core.order(person, { dpopKey, renews })
  /** The word for a card in the list that is served now. */
  const servedStatus = ({ credentialId }: Issued) => {
    const { list, idx } = core.credentials.get(credentialId)
    const [, payload = ''] = core.lists.token(BigInt(list)).token.split('.')
    const { lst } = JSON.parse(fromUtf8(fromBase64url(payload))).status_list
    return STATUSES[statusAt(new Uint8Array(inflateSync(fromBase64url(lst))), STATUS_BITS, idx) as 0 | 1 | 2]
  }
  /** The ledger is cut as soon as the batch is on disk and its transaction is sent. */
  const cutAtSend = async (work: () => Promise<Issued>): Promise<Issued> => {
    const { ledger } = replacing.world
    const { request } = ledger
    ledger.request = async (method, params) => {
      if (method === 'eth_sendRawTransaction') ledger.cut = true
      return request.call(ledger, method, params)
    }
    try {
      return await work()
    } finally {
      ledger.request = request
      await mend()
    }
  }

  it('gets a card after two seconds: without an anchor, for 72 hours at most, with a status in a served list', async () => {
    const wanted = order()
    replacing.world.ledger.cut = true
    const began = Date.now()
    const issued = await core.pipeline.issue(wanted)
    expect(Date.now() - began).to.be.within(2000, 6000)
    await mend()
    const { anchor_pending, exp, iat } = payloadOf(issued)
    expect(anchor_pending).to.equal(true)
    expect(Number(exp) - core.world.clock()).to.be.within(70 * HOUR, 72 * HOUR)
    expect(Number(exp) - Number(iat)).to.equal(72 * HOUR)
    expect(statuses(issued)).to.deep.equal(['VALID'])
    expect(servedStatus(issued)).to.equal('VALID')
    const entry = (await core.entries()).find(({ event }) => event === 'temporary-card.issued')
    expect(entry).to.include({ application: wanted.application, credential: issued.credentialId, superseded: null })
  })

  it('waits two seconds for the ledger, and gets the anchored card if the ledger is back by then', async () => {
    replacing.world.ledger.cut = true
    const issuing = core.pipeline.issue(order())
    setTimeout(() => {
      replacing.world.ledger.cut = false
    }, 700)
    await checkCard(await issuing, replacing.world)
  })

  it('gets the same card again with the same key, and none with another key', async () => {
    const wanted = order()
    await whileCut(async () => {
      const first = await core.pipeline.issue(wanted)
      expect(await core.pipeline.issue(wanted)).to.deep.equal(first)
      const other = await failureOf(core.pipeline.issue({ ...wanted, holderKey: holderKey() }))
      expect(other.code).to.equal('ISSUER_ALREADY_ISSUED')
      const early = await failureOf(core.pipeline.issue(exchangeOf(wanted, first)))
      expect(early.code, 'an exchange while the ledger is away').to.equal('LEDGER_UNREACHABLE')
    })
    expect((await core.pipeline.issue(wanted)).credentialId).to.equal(core.pipeline.credentialOf(wanted.application))
  })

  it('exchanges it: the temporary card is valid until the full one is accepted', async () => {
    const { wanted, temporary } = await withTemporary()
    await tell(wanted.application, 'credential_accepted')
    await core.pipeline.sweep()
    const exchange = exchangeOf(wanted, temporary)
    const full = await core.pipeline.issue(exchange)
    const { credential } = await checkCard(full, replacing.world)
    expect(credential.exp - core.world.clock()).to.be.greaterThan(365 * 24 * HOUR)
    expect(statuses(temporary, full)).to.deep.equal(['VALID', 'VALID'])
    await tell(exchange.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect(statuses(temporary, full)).to.deep.equal(['INVALID', 'VALID'])
  })

  it('whose response to the exchange was lost has a card that it can use, and exactly one in the end', async () => {
    const { wanted, temporary } = await withTemporary()
    const lost = exchangeOf(wanted, temporary)
    const first = await core.pipeline.issue(lost)
    await replacing.world.ledger.pass(2 * HOUR)
    await core.pipeline.sweep()
    expect(statuses(temporary, first), 'hours later').to.deep.equal(['VALID', 'VALID'])
    expect((await core.pipeline.issue(lost)).credentialId, 'the same key').to.equal(first.credentialId)
    // A wallet that lost the key as well.
    const again = exchangeOf(wanted, temporary)
    const second = await core.pipeline.issue(again)
    expect(statuses(temporary, first, second)).to.deep.equal(['VALID', 'SUSPENDED', 'VALID'])
    await tell(again.application, 'credential_accepted')
    await core.pipeline.sweep()
    expect(statuses(temporary, first, second)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
  })

  it('that reports nothing has one card when the temporary one expires', async () => {
    const { wanted, temporary } = await withTemporary()
    const exchange = exchangeOf(wanted, temporary)
    const full = await core.pipeline.issue(exchange)
    await replacing.world.ledger.pass(72 * HOUR)
    await core.pipeline.sweep()
    expect(core.credentials.get(temporary.credentialId).expiresAt).to.be.at.most(core.world.clock())
    expect(statuses(full)).to.deep.equal(['VALID'])
    expect((await failureOf(core.pipeline.issue(exchange))).code, 'it is settled').to.equal('ISSUER_ALREADY_ISSUED')
  })

  it('that could not store the full card keeps the temporary one', async () => {
    const { wanted, temporary } = await withTemporary()
    const exchange = exchangeOf(wanted, temporary)
    const full = await core.pipeline.issue(exchange)
    await tell(exchange.application, 'credential_failure')
    await core.pipeline.sweep()
    expect(statuses(temporary, full)).to.deep.equal(['VALID', 'INVALID'])
  })

  it('on another phone ends the temporary card as any other, before it gets its own', async () => {
    const { wanted, temporary } = await withTemporary()
    const other = await core.pipeline.issue(core.order(wanted.person))
    expect(statuses(temporary, other)).to.deep.equal(['SUSPENDED', 'VALID'])
  })

  describe('whose batch is on its way', () => {
    it('gets a temporary card, and the leaf of the prepared card ends when the ledger has it', async () => {
      const wanted = order()
      const temporary = await cutAtSend(() => core.pipeline.issue(wanted))
      expect(payloadOf(temporary).anchor_pending).to.equal(true)
      const of = () => core.credentials.ofPerson(wanted.person)
      const prepared = (await of()).find(({ id }) => id !== temporary.credentialId)
      if (!prepared?.record.root) throw new Error('the prepared card has a record')
      const { root } = prepared.record
      await until('the batch is anchored', () => core.batches.get(root)?.state === 'anchored', SLOW)
      await until('the leaf has ended', async () => {
        await core.pipeline.sweep()
        return core.status(prepared.id) === 'INVALID'
      })
      expect(statuses(temporary)).to.deep.equal(['VALID'])
      expect((await core.pipeline.issue(wanted)).credentialId, 'the same request again').to.equal(
        temporary.credentialId,
      )
      const exchange = exchangeOf(wanted, temporary)
      const full = await core.pipeline.issue(exchange)
      await tell(exchange.application, 'credential_accepted')
      await core.pipeline.sweep()
      expect(statuses(temporary, full)).to.deep.equal(['INVALID', 'VALID'])
      expect(await of()).to.have.length(3)
    })

    it('gets a temporary card at its next request if it got none at the first', async () => {
      const wanted = order()
      const { spend } = core.temporaryAllowance
      core.temporaryAllowance.spend = () => {
        throw new Error('stopped here')
      }
      const temporary = await cutAtSend(async () => {
        expect((await failureOf(core.pipeline.issue(wanted))).message).to.equal('stopped here')
        core.temporaryAllowance.spend = spend
        return core.pipeline.issue(wanted)
      })
      expect(payloadOf(temporary).anchor_pending).to.equal(true)
      expect(core.pipeline.credentialOf(wanted.application)).to.equal(temporary.credentialId)
    })
  })

  describe('for a card that replaces another', () => {
    it('gets it when the served list has the old one suspended; the ledger follows, and revokes at the acceptance', async () => {
      const person = replacing.someone()
      const old = await core.pipeline.issue(core.order(person))
      const wanted = core.order(person)
      const temporary = await whileCut(async () => {
        const issued = await core.pipeline.issue(wanted)
        expect(servedStatus(old), 'before the ledger').to.equal('SUSPENDED')
        expect(core.status(old.credentialId)).to.equal('VALID')
        return issued
      })
      await until('the ledger follows', () => core.status(old.credentialId) === 'SUSPENDED', SLOW)
      const exchange = exchangeOf(wanted, temporary)
      const full = await core.pipeline.issue(exchange)
      await tell(exchange.application, 'credential_accepted')
      await core.pipeline.sweep()
      expect(statuses(old, temporary, full)).to.deep.equal(['INVALID', 'INVALID', 'VALID'])
    })

    it('and could not be stored: the old one is valid again', async () => {
      const person = replacing.someone()
      const old = await core.pipeline.issue(core.order(person))
      const wanted = core.order(person)
      const temporary = await whileCut(() => core.pipeline.issue(wanted))
      await until('the ledger follows', () => core.status(old.credentialId) === 'SUSPENDED', SLOW)
      await tell(wanted.application, 'credential_failure')
      await core.pipeline.sweep()
      expect(statuses(old, temporary)).to.deep.equal(['VALID', 'INVALID'])
      expect(servedStatus(old)).to.equal('VALID')
    })
  })

  it('gets none beyond the limit of the day', async () => {
    await whileCut(async () => {
      Object.defineProperty(core.temporaryAllowance, 'perDay', { configurable: true, value: 0 })
      const wanted = order()
      expect((await failureOf(core.pipeline.issue(wanted))).code).to.equal('ISSUER_TEMPORARY_LIMIT')
      expect(core.pipeline.credentialOf(wanted.application)).to.equal(undefined)
      Reflect.deleteProperty(core.temporaryAllowance, 'perDay')
      await core.pipeline.issue(wanted)
    })
  })

  it('gets none from a node whose clock was set back behind the ledger', async () => {
    const { ledger } = replacing.world
    await whileCut(async () => {
      await ledger.pass(-2 * HOUR)
      expect((await failureOf(core.pipeline.issue(order()))).code).to.equal('LEDGER_CLOCK_BEHIND')
      await ledger.pass(2 * HOUR)
    })
  })
})
