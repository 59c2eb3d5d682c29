import { expect } from 'chai'
import { judgeRenewal, type RenewableCard } from '../../../../node/issuer/renewal/judge.ts'

const NOW = 1_000_000
const card: RenewableCard = {
  status: 'VALID',
  suspendedBy: undefined,
  dueFrom: NOW + 1,
  expiresAt: NOW + 1000,
  isTemporary: false,
  isOutdated: false,
  unacknowledged: 0,
  atHome: true,
}
const due = { ...card, dueFrom: NOW }

describe('whether a card is renewed', () => {
  const cases: readonly (readonly [string, RenewableCard, object])[] = [
    ['a card before its window is not due', card, { refusal: 'not_due' }],
    ['a card in its window is due, from the first second on', due, { reason: 'due' }],
    ['an outdated card is renewed at any time', { ...card, isOutdated: true }, { reason: 'outdated' }],
    ['without a live document the holder goes to the counter', { ...due, atHome: false }, { refusal: 'counter' }],
    ['also with an outdated card', { ...card, isOutdated: true, atHome: false }, { refusal: 'counter' }],
    ['a revoked card has ended', { ...due, status: 'INVALID' }, { refusal: 'ended' }],
    ['an expired card has ended, from the exact second on', { ...due, expiresAt: NOW }, { refusal: 'ended' }],
    ['a suspended card', { ...due, status: 'SUSPENDED', suspendedBy: 'telecom 7' }, { refusal: 'suspended' }],
    ['one that the ledger does not show as suspended yet', { ...due, suspendedBy: 'holder' }, { refusal: 'suspended' }],
    ['one that a stolen key suspended', { ...due, status: 'SUSPENDED' }, { refusal: 'suspended' }],
    [
      'a suspended one that is outdated',
      { ...due, isOutdated: true, suspendedBy: 'operator' },
      { refusal: 'suspended' },
    ],
    [
      'a card that is being replaced',
      { ...due, status: 'SUSPENDED', suspendedBy: 'replacement' },
      { refusal: 'replacing' },
    ],
    ['a renewal that no wallet acknowledged', { ...card, unacknowledged: 1, atHome: false }, { reason: 'undelivered' }],
    ['a suspended one of these', { ...card, unacknowledged: 1, suspendedBy: 'holder' }, { refusal: 'suspended' }],
    [
      'a temporary card, wherever its holder applied',
      { ...card, isTemporary: true, atHome: false },
      { reason: 'temporary' },
    ],
    [
      'a temporary card that was reported',
      { ...card, isTemporary: true, suspendedBy: 'holder' },
      { refusal: 'suspended' },
    ],
    ['a temporary card after its end', { ...card, isTemporary: true, expiresAt: NOW }, { refusal: 'ended' }],
    ['the fifth in a row', { ...card, unacknowledged: 5 }, { refusal: 'not_due' }],
    ['the fifth in a row, three years later', { ...due, unacknowledged: 5 }, { reason: 'due' }],
  ]
  for (const [name, given, expected] of cases) {
    it(name, () => expect(judgeRenewal(given, NOW)).to.deep.equal(expected))
  }
})
