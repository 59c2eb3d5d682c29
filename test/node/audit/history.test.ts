/** Each rule of the ledger, broken once: the audit names the rule and the block, and nothing else. */
import { expect } from 'chai'
import type { Finding } from '../../../node/audit/finding.ts'
import { History } from '../../../node/audit/history.ts'
import type { RuleId } from '../../../node/audit/rules.ts'
import { fromHex, u32be } from '../../../node/lib/bytes.ts'
import { CredentialStatus } from '../../../node/proof/registries/status.ts'
import { COUNCIL, grantOf, HonestHistory, LIST, ORG, PURPOSE, profile, rootHash, START } from './events.ts'

const { VALID, INVALID, SUSPENDED } = CredentialStatus

function audit(history: HonestHistory): Finding[] {
  const findings: Finding[] = []
  const audited = new History(profile, finding => findings.push(finding))
  for (const block of history.blocks) audited.apply(block)
  return findings
}

/** An ordinary life of a ledger. */
function honest(): HonestHistory {
  const history = new HonestHistory()
  history.block()
  history.anchor(rootHash(1))
  history.block()
  history.set([{ idx: 3, from: VALID, to: SUSPENDED }])
  history.anchor(rootHash(2), { count: 32 })
  history.block()
  history.set([
    { idx: 3, from: SUSPENDED, to: INVALID },
    { idx: 9, from: VALID, to: INVALID },
  ])
  history.council(() => history.emit('trustRegistry', 'Granted', grantOf('report-loss')))
  history.block()
  history.disown(rootHash(2))
  history.emit('trustRegistry', 'KeyDistrusted', [rootHash(0).replace(/.$/, '7'), ORG, 2 ** 40 - 1, START + 5])
  return history
}

type Fault = readonly [what: string, rule: RuleId, plant: (history: HonestHistory) => void]

const faults: readonly Fault[] = [
  [
    'an event of a batch that was withheld',
    'anchor.number',
    history => {
      history.batch += 1
      history.anchor(rootHash(5))
      history.organisationChain = rootHash(0)
    },
  ],
  ['a batch without a grant', 'anchor.grant', history => history.anchor(rootHash(5), { purpose: rootHash(8) })],
  [
    'a batch of an organisation that is not registered',
    'anchor.organisation',
    history => {
      history.emit('trustRegistry', 'OrganisationTermChanged', [ORG, START, 2 ** 40 - 1, START, START + 1])
      history.block()
      history.anchor(rootHash(5))
    },
  ],
  ['a batch that is anchored twice', 'anchor.repeated', history => history.anchor(rootHash(1))],
  ['a batch of seventeen leaves', 'anchor.size', history => history.anchor(rootHash(5), { count: 17 })],
  ['a batch of eight leaves', 'anchor.size', history => history.anchor(rootHash(5), { count: 8 })],
  [
    'a running hash that was made up',
    'anchor.hash',
    history => {
      history.organisationChain = rootHash(77)
      history.anchor(rootHash(5))
    },
  ],
  ['a batch that is disowned and was never anchored', 'disown.unknown', history => history.disown(rootHash(55))],
  [
    'a revoked card that is valid again',
    'status.final',
    history => history.set([{ idx: 9, from: INVALID, to: VALID }]),
  ],
  [
    'a change that names another status before it',
    'status.before',
    history => history.set([{ idx: 20, from: SUSPENDED, to: VALID }]),
  ],
  [
    'a change beyond the end of the list',
    'status.capacity',
    history => history.set([{ idx: 256, from: VALID, to: SUSPENDED }]),
  ],
  [
    'changes that repeat an index',
    'status.order',
    history => history.setBytes(new Uint8Array([...u32be((30 << 8) | 2), ...u32be((30 << 8) | (2 << 4))])),
  ],
  [
    'more revocations than a day allows',
    'status.limit',
    history => history.set([{ idx: 11, from: VALID, to: INVALID }]),
  ],
  [
    'a change by another organisation',
    'status.custodian',
    history => history.set([{ idx: 12, from: VALID, to: SUSPENDED }], { org: 2 }),
  ],
  [
    'a running hash of a list that was made up',
    'status.hash',
    history => {
      history.listChain = rootHash(66)
      history.set([{ idx: 12, from: VALID, to: SUSPENDED }])
    },
  ],
  ['a change to a status that does not exist', 'event.malformed', history => history.setBytes(u32be((12 << 8) | 7))],
  [
    'a change of a list that was never opened',
    'list.unknown',
    history => history.council(() => history.emit('statusRegistry', 'DailyLimitChanged', [LIST + 5n, 2, 3])),
  ],
  [
    'a list whose number does not follow',
    'list.number',
    history => history.emit('statusRegistry', 'ListOpened', [LIST + 5n, ORG, 256, 2]),
  ],
  [
    'a key that is registered twice',
    'trust.key-repeated',
    history =>
      history.council(() =>
        history.emit('trustRegistry', 'KeyRegistered', [rootHash(0).replace(/.$/, '7'), ORG, START, START + 9, 1]),
      ),
  ],
  [
    'a key that lives longer',
    'trust.key-extended',
    history =>
      history.emit('trustRegistry', 'KeyRetired', [rootHash(0).replace(/.$/, '7'), ORG, START + 1000, START + 2000]),
  ],
  [
    'a distrust that moves later',
    'trust.distrust',
    history =>
      history.emit('trustRegistry', 'KeyDistrusted', [rootHash(0).replace(/.$/, '7'), ORG, START + 5, START + 6]),
  ],
  [
    'an account that moves',
    'trust.account-moved',
    history =>
      history.council(() => history.emit('trustRegistry', 'AccountChanged', [`0x${'acc'.padStart(40, '0')}`, 2, 0, 3])),
  ],
  [
    'a purpose whose hash is not that of its text',
    'trust.grant',
    history =>
      history.council(() =>
        history.emit('trustRegistry', 'Granted', [ORG, PURPOSE, 'issue:another', START, START + 9]),
      ),
  ],
  [
    'an organisation whose number does not follow',
    'trust.organisation',
    history =>
      history.council(() =>
        history.emit('trustRegistry', 'OrganisationRegistered', [
          ...[7, COUNCIL, START, START + 9],
          ...['x', 'https://x.example', '{}'],
        ]),
      ),
  ],
  [
    'an act of the council that nobody announced',
    'governance.unscheduled',
    history => history.emit('trustRegistry', 'Granted', grantOf('provide-wallet'), false),
  ],
  [
    'an act that is executed too early',
    'governance.delay',
    history =>
      history.council(() => history.emit('trustRegistry', 'Granted', grantOf('provide-wallet')), { wait: 299 }),
  ],
  [
    'an act that is announced with too short a delay',
    'governance.delay',
    history =>
      history.council(() => history.emit('trustRegistry', 'Granted', grantOf('provide-wallet')), {
        delay: 1,
        wait: 60,
      }),
  ],
  [
    'another contract that governs',
    'governance.authority',
    history => history.emit('anchorLog', 'AuthorityUpdated', [COUNCIL]),
  ],
  ['a block that is not later', 'block.time', history => void history.block(0)],
  ['a ledger that stood still', 'block.gap', history => void history.block(200)],
  [
    'an event that no contract declares',
    'event.malformed',
    history => {
      history.newest.logs.push({
        ...(history.blocks[1]?.logs[1] as (typeof history.newest.logs)[0]),
        topics: [fromHex(rootHash(3))],
        data: new Uint8Array(0),
      })
    },
  ],
]

describe('the audit of the events of a ledger', () => {
  it('finds nothing in an honest history', () => {
    expect(audit(honest())).to.deep.equal([])
  })

  for (const [what, rule, plant] of faults) {
    it(`finds ${what}, and its block`, () => {
      const history = honest()
      history.block()
      const from = history.newest.number
      plant(history)
      const findings = audit(history)
      expect(
        findings.map(finding => finding.rule),
        JSON.stringify(findings),
      ).to.include(rule)
      const named = findings.find(finding => finding.rule === rule)
      expect(named?.block).to.be.within(from, history.newest.number)
      // A withheld event breaks the running hash as well. No other fault is reported as two.
      const others = findings.filter(finding => finding.rule !== rule).map(finding => finding.rule)
      expect(others.filter(other => other !== 'anchor.hash' && other !== 'status.limit')).to.deep.equal([])
    })
  }

  it('reports a few of many violations of one rule in one event', () => {
    const history = honest()
    history.block()
    history.set(Array.from({ length: 200 }, (_, i) => ({ idx: 30 + i, from: SUSPENDED, to: VALID })))
    expect(audit(history)).to.have.length(5)
  })
})
