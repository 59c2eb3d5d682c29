/** The proven view on a real ledger, with honest and dishonest endpoints. */
import { expect } from 'chai'
import { LedgerError } from '../../../../node/ledger/errors.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { DAY, systemClock } from '../../../../node/lib/time.ts'
import { blockHash, type Header, headerToJson, parseHeader } from '../../../../node/proof/header.ts'
import { issuePurpose } from '../../../../node/proof/registries/purpose.ts'
import type { RpcPort } from '../../../../node/verifier/replica/ledger-heads.ts'
import type { Answer, LedgerView } from '../../../../node/verifier/view.ts'
import { ProvenView, type ProvenViewOptions } from '../../../../node/verifier/views/proven.ts'
import { RpcView } from '../../../../node/verifier/views/rpc.ts'
import { failureOf } from '../../../support/failure.ts'
import { addressOf, forgeHeader, validatorKey } from '../../proof/forge.ts'
import { address, bytes32, KEY, LedgerWorld, LIST, PURPOSE } from '../replica/ledger-world.ts'

const own: ProvenViewOptions = { allowPointQueries: true }
const why = (answer: Answer<unknown>) => (answer.known ? 'known' : answer.why)

describe('proven view', function () {
  this.timeout(60_000)
  let world: LedgerWorld
  before(async () => {
    world = await LedgerWorld.open()
    await world.anchor(bytes32(1))
    await world.set([
      [0, 0, 1],
      [130, 0, 2],
    ])
  })
  after(() => world.close())
  const view = (ledger: RpcPort = world.ledger, clock = systemClock) =>
    new ProvenView(ledger, world.profile, clock, own)

  /** An endpoint that answers one method otherwise. */
  const lying = (method: string, change: (answer: never, params: readonly unknown[]) => unknown): RpcPort => ({
    request: async (name, params = []) => {
      const answer = await world.ledger.request(name, params)
      return name === method ? change(answer as never, params) : answer
    },
  })

  async function answers(of: LedgerView) {
    const pinned = await of.pin()
    const questions = [
      pinned.accreditation(KEY, PURPOSE),
      pinned.accreditation(bytes32(0xdef), PURPOSE),
      pinned.accreditation(KEY, issuePurpose('urn:other')),
      ...[1, 2].map(n => pinned.anchor(1, PURPOSE, bytes32(n))),
      pinned.anchor(2, PURPOSE, bytes32(1)),
      ...[0, 1, 130, 1023, 1024].map(index => pinned.status(LIST, index)),
      pinned.status(LIST + 5n, 0),
    ]
    return (await Promise.all<Answer<unknown>>(questions)).map(answer => (answer.known ? answer.value : answer.why))
  }

  it('answers like the node, with proofs', async () => {
    const proven = view()
    expect(await answers(proven)).to.deep.equal(await answers(new RpcView(world.ledger, world.profile, systemClock)))
    const pinned = await proven.pin()
    expect(pinned).to.deep.include({ how: 'proven', current: true, currentAt: pinned.asOf?.time })
    await world.set([[1, 0, 1]])
    const later = await proven.pin()
    expect(later.asOf?.block).to.be.greaterThan(pinned.asOf?.block ?? 0)
    // Each from its own block.
    expect(await pinned.status(LIST, 1)).to.deep.include({ value: { org: 1, status: 'VALID' } })
    expect(await later.status(LIST, 1)).to.deep.include({ value: { org: 1, status: 'INVALID' } })
  })

  it('accepts no word, proof or code that is not the ledger’s', async () => {
    type Proof = { accountProof: string[]; storageProof: { proof: string[]; value: string }[] }
    const flip = (hex: string, at: number) => `${hex.slice(0, at)}${hex[at] === '0' ? '1' : '0'}${hex.slice(at + 1)}`
    const lies: Record<string, (proof: Proof) => unknown> = {
      'a node changed': proof => ({
        ...proof,
        storageProof: proof.storageProof.map(each => ({ ...each, proof: each.proof.map(node => flip(node, 9)) })),
      }),
      'a node left out': proof => ({
        ...proof,
        storageProof: proof.storageProof.map(each => ({ ...each, proof: each.proof.slice(0, -1) })),
      }),
      'an account of another shape': proof => ({ ...proof, accountProof: proof.accountProof.slice(1) }),
      'no proofs': proof => ({ ...proof, storageProof: [] }),
      'no object': () => null,
      'no hex': proof => ({ ...proof, accountProof: ['zz'] }),
    }
    for (const [what, lie] of Object.entries(lies)) {
      const pinned = await view(lying('eth_getProof', lie)).pin()
      expect(why(await pinned.status(LIST, 0)), what).to.equal('not_proven')
      expect(why(await pinned.anchor(1, PURPOSE, bytes32(1))), what).to.equal('not_proven')
      expect(why(await pinned.accreditation(KEY, PURPOSE)), what).to.equal('not_proven')
    }
    // The value beside the proof is ignored.
    const told = lying('eth_getProof', (proof: Proof) => ({
      ...proof,
      storageProof: proof.storageProof.map(each => ({ ...each, value: '0x0' })),
    }))
    expect(await (await view(told).pin()).status(LIST, 0)).to.deep.include({ value: { org: 1, status: 'INVALID' } })
    const contract = { ...world.profile.contracts.statusRegistry, codeHash: bytes32(7) }
    const contracts = { ...world.profile.contracts, statusRegistry: contract }
    const elsewhere = new ProvenView(world.ledger, { ...world.profile, contracts }, systemClock, own)
    expect(why(await (await elsewhere.pin()).status(LIST, 0))).to.equal('not_proven')
  })

  it('reports no name if the name is withheld or invented', async () => {
    const nameless = view(lying('eth_getLogs', () => []))
    const answer = await (await nameless.pin()).accreditation(KEY, PURPOSE)
    expect(answer.known && answer.value.organisation).to.deep.include({ id: 1, name: null })
    const invented = view(
      lying('eth_getLogs', (logs: { data: string }[]) =>
        // The first two characters of the name. A shorter text could match the time in the log.
        logs.map(log => ({ ...log, data: log.data.replace('ed9689eca095', 'ed9589eca095') })),
      ),
    )
    const other = await (await invented.pin()).accreditation(KEY, PURPOSE)
    expect(other.known && other.value.organisation?.name).to.equal(null)
  })

  it('reports the reason of a refused head, and uses the last proved one', async () => {
    let answer: ((block: Record<string, string>) => unknown) | null = null
    let refused = ''
    const ledger = lying('eth_getBlockByNumber', (block: Record<string, string>, [tag]) =>
      answer && tag === 'latest' ? answer(block) : block,
    )
    const now = { value: systemClock() }
    const proven = view(ledger, () => now.value)
    const old = (await world.ledger.request('eth_getBlockByNumber', ['latest', false])) as Record<string, string>
    await world.set([[2, 0, 1]])
    const first = await proven.pin()
    const expectRefusal = async (lie: typeof answer, code: string) => {
      answer = lie
      const pinned = await proven.pin()
      expect(pinned).to.deep.include({ refusal: code, current: false, asOf: first.asOf })
      expect(why(await pinned.status(LIST, 0))).to.equal('known')
      answer = null
      refused = code
    }
    await expectRefusal(() => old, 'PROOF_ROLLBACK')
    await expectRefusal(block => ({ ...block, stateRoot: bytes32(1), hash: bytes32(1) }), 'PROOF_HASH_MISMATCH')
    await expectRefusal(() => ({}), 'PROOF_MALFORMED')
    await world.set([[3, 0, 1]])
    now.value -= 1000
    await expectRefusal(block => block, 'PROOF_FUTURE')
    now.value += 1000 + 31 * DAY
    await expectRefusal(block => block, 'PROOF_TRUST_EXPIRED')
    expect(refused).to.equal('PROOF_TRUST_EXPIRED')
    const strangers = { ...world.profile, validators: [address(9)] }
    const untrusting = await new ProvenView(world.ledger, strangers, systemClock, own).pin()
    expect(untrusting).to.deep.include({ asOf: null, refusal: 'PROOF_SET_UNTRUSTED' })
    expect(why(await untrusting.status(LIST, 0))).to.equal('not_proven')
  })

  describe('before an endpoint with keys of its own', () => {
    let base: Header
    before(async () => {
      base = parseHeader(await world.ledger.request('eth_getBlockByNumber', ['latest', false]))
    })
    const keys = (...numbers: number[]) => numbers.map(validatorKey)
    const sealed = (number: number, ...by: number[]) =>
      forgeHeader(base, keys(...by), keys(...by), { number, timestamp: base.timestamp })
    const asBlock = (header: Header) => ({ ...headerToJson(header), hash: toHex(blockHash(header)) })
    /** @param blocks what it has at each height; 0 stands for the newest */
    const forging = (blocks: (height: number) => Header | Promise<Header>): RpcPort => ({
      request: async (method, params = []) => {
        if (method !== 'eth_getBlockByNumber') return world.ledger.request(method, params)
        return asBlock(await blocks(params[0] === 'latest' ? 0 : Number(params[0])))
      },
    })

    it('ends the search on a path where no header vouches for the next', async () => {
      let asked = 0
      const pinned = await view(
        forging(height => {
          if (asked++ > 1000) throw new Error('it would have gone on')
          // Another set at every height: one would have to ask for each of a million million.
          return sealed(height === 0 ? base.number + 2 ** 40 : height, 10 + (height % 7))
        }),
      ).pin()
      expect(pinned).to.deep.include({ asOf: null, refusal: 'PROOF_MALFORMED' })
      expect(asked).to.be.lessThan(200)
    })

    it('refuses a block of another height than the requested one', async () => {
      let asked = 0
      const top = sealed(base.number + 1000, 10)
      const pinned = await view(
        forging(height => {
          asked += 1
          return height === 0 ? top : sealed(base.number, 11)
        }),
      ).pin()
      expect(pinned).to.deep.include({ asOf: null, refusal: 'PROOF_MALFORMED' })
      expect(asked).to.be.lessThan(5)
    })

    it('is not set back by a late answer, and does not accept another block of the same height', async () => {
      const start = base.number + 10
      const checkpoint = { height: start, hash: bytes32(5), time: base.timestamp - 60 }
      const profile = { ...world.profile, checkpoint, validators: keys(0, 1, 2).map(addressOf) }
      // A way round to another block of the same height, over a set that changed twice.
      const way: Readonly<Record<number, Header>> = {
        [start]: sealed(start, 0, 1, 2),
        [start + 5]: sealed(start + 5, 0, 1, 3),
        [start + 10]: sealed(start + 10, 1, 3, 4),
      }
      const step = (height: number) => way[height] ?? expect.fail(`${height} is not needed`)
      const held = Promise.withResolvers<void>()
      const begun = Promise.withResolvers<void>()
      let newest = step(start + 10)
      const proven = new ProvenView(
        forging(async height => {
          if (height === 0) return newest
          begun.resolve()
          await held.promise
          return step(height)
        }),
        profile,
        systemClock,
        own,
      )
      const slow = proven.pin()
      await begun.promise
      newest = sealed(start + 10, 0, 1, 2)
      await proven.pin()
      const { hash } = proven.head
      expect(hash).to.equal(toHex(blockHash(newest)))
      held.resolve()
      // No validator that the view trusts by now vouches for that block.
      expect(await slow).to.deep.include({ refusal: 'PROOF_SET_UNTRUSTED', current: false })
      expect(proven.head.hash).to.equal(hash)
    })
  })

  it('cannot tell if the endpoint does not answer', async () => {
    const silent = {
      request: () => Promise.reject(new LedgerError({ code: 'LEDGER_UNREACHABLE', method: 'any' }, 'no answer')),
    }
    const pinned = await view(silent).pin()
    expect(pinned).to.deep.include({ asOf: null, refusal: null })
    expect(why(await pinned.anchor(1, PURPOSE, bytes32(1)))).to.equal('unreachable')
  })
  it('cannot tell if the endpoint rejects, and rejects for an internal fault', async () => {
    const pinned = await view({ request: () => Promise.reject(new TypeError('fetch failed')) }).pin()
    expect(why(await pinned.anchor(1, PURPOSE, bytes32(1)))).to.equal('unreachable')
    const broken = view(world.ledger, () => {
      throw new TypeError('not a clock')
    })
    expect(await failureOf(broken.pin())).to.be.instanceOf(TypeError)
  })
})
