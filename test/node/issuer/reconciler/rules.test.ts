import { expect } from 'chai'
import { judge, type Own } from '../../../../node/issuer/reconciler/rules.ts'
import type { Hex } from '../../../../node/lib/bytes.ts'
import { type RegistryEvent, registryEvents } from '../../../../node/proof/registries/events.ts'

const address = (n: number): Hex => `0x${String(n).repeat(40)}`
const word = (n: number): Hex => `0x${String(n).repeat(64)}`

const own: Own = {
  org: 1,
  accounts: new Set([address(1)]),
  isNextAccount: account => account === address(2),
  keys: new Set([word(1)]),
  isForeignRoot: root => root === word(9),
}
const list = (1n << 32n) | 7n
const theirs = (2n << 32n) | 7n

/** For each event: fields, and what it means if this node did not order its transaction. */
const CASES: Readonly<Record<string, readonly (readonly [fields: object, meaning: string])[]>> = {
  'trustRegistry.AuthorityUpdated': [[{}, 'authority']],
  'trustRegistry.OrganisationRegistered': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.OrganisationDescribed': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.OrganisationTermChanged': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.AdminChanged': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.Granted': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.Withdrawn': [
    [{ org: 1 }, 'noted'],
    [{ org: 2 }, 'none'],
  ],
  'trustRegistry.KeyRegistered': [
    [{ org: 1, keyId: word(1) }, 'noted'],
    [{ org: 1, keyId: word(2) }, 'key'],
    [{ org: 2, keyId: word(2) }, 'none'],
  ],
  'trustRegistry.KeyRetired': [
    [{ org: 1, keyId: word(1) }, 'key-ended'],
    [{ org: 1, keyId: word(2) }, 'noted'],
    [{ org: 2, keyId: word(2) }, 'none'],
  ],
  'trustRegistry.KeyDistrusted': [
    [{ org: 1, keyId: word(1) }, 'key-ended'],
    [{ org: 1, keyId: word(2) }, 'noted'],
    [{ org: 2, keyId: word(2) }, 'none'],
  ],
  'trustRegistry.AccountChanged': [
    [{ org: 1, account: address(1), capabilities: 3 }, 'noted'],
    [{ org: 1, account: address(2), capabilities: 3 }, 'noted'],
    [{ org: 1, account: address(3), capabilities: 1 }, 'account'],
    [{ org: 1, account: address(1), capabilities: 0 }, 'account-stopped'],
    [{ org: 1, account: address(2), capabilities: 0 }, 'noted'],
    [{ org: 2, account: address(3), capabilities: 1 }, 'none'],
  ],
  'anchorLog.AuthorityUpdated': [[{}, 'authority']],
  'anchorLog.Anchored': [
    [{ org: 1, root: word(3) }, 'root'],
    [{ org: 2, root: word(3) }, 'none'],
  ],
  'anchorLog.Disowned': [
    [{ org: 1, root: word(3) }, 'disowned'],
    [{ org: 1, root: word(9) }, 'noted'],
    [{ org: 2, root: word(3) }, 'none'],
  ],
  'statusRegistry.AuthorityUpdated': [[{}, 'authority']],
  'statusRegistry.ListOpened': [
    [{ org: 1, list }, 'list'],
    [{ org: 2, list: theirs }, 'none'],
  ],
  'statusRegistry.StatusesSet': [
    [{ org: 1, list }, 'statuses'],
    [{ org: 1, list: theirs }, 'statuses'],
    [{ org: 2, list }, 'noted'],
    [{ org: 2, list: theirs }, 'none'],
  ],
  'statusRegistry.DailyLimitChanged': [
    [{ list }, 'noted'],
    [{ list: theirs }, 'none'],
  ],
  'statusRegistry.CustodianChanged': [
    [{ list, previous: 1, custodian: 2 }, 'custodian'],
    [{ list, previous: 2, custodian: 1 }, 'noted'],
    [{ list: theirs, previous: 2, custodian: 1 }, 'noted'],
    [{ list: theirs, previous: 2, custodian: 3 }, 'none'],
  ],
}

/** What only this node may do. */
const ORDERED = ['anchorLog.Anchored', 'statusRegistry.ListOpened', 'statusRegistry.StatusesSet']

describe('what an event means for the organisation', () => {
  const meaning = (name: string, fields: object, wasOrdered = false) => {
    const [registry, type] = name.split('.')
    const judgement = judge({ registry, type, ...fields } as unknown as RegistryEvent, own, wasOrdered)
    return typeof judgement === 'string' ? judgement : judgement.alarm
  }

  it('is decided for every event type', () => {
    const all = Object.entries(registryEvents).flatMap(([registry, { names }]) =>
      names.map(name => `${registry}.${name}`),
    )
    expect(Object.keys(CASES).sort()).to.deep.equal(all.sort())
  })

  for (const [name, cases] of Object.entries(CASES)) {
    it(name, () => {
      for (const [fields, expected] of cases) expect(meaning(name, fields)).to.equal(expected)
    })
  }

  it('changes by the order of a transaction only where this node may act', () => {
    for (const [name, cases] of Object.entries(CASES)) {
      for (const [fields, expected] of cases) {
        const ours = ORDERED.includes(name) && ['root', 'list', 'statuses'].includes(expected)
        expect(meaning(name, fields, true), name).to.equal(ours ? 'ordered' : expected)
      }
    }
  })
})
