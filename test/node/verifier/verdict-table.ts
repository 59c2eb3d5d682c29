/**
 * The verdict table (docs/verdicts.md): every outcome, and how it is provoked. Each row makes a real card, presents
 * it with real keys, and changes one thing.
 */

import { toBase64url, utf8 } from '../../../node/lib/bytes.ts'
import { DAY, HOUR } from '../../../node/lib/time.ts'
import { verdictWithout } from '../../../node/verifier/check.ts'
import type { Verdict } from '../../../node/verifier/verdict.ts'
import { driver, resident } from '../../support/cards.ts'
import { hong } from '../credential/support.ts'
import {
  cardOn,
  ISS,
  issue,
  issuer,
  issueWithoutAnchor,
  issueWithReceiptOf,
  LIST,
  MemoryView,
  makeIssuer,
  NOW,
  ORG,
  otherHolder,
  type PresentOptions,
  present,
  type VerdictOptions,
  verdictOn,
} from './support.ts'

const adult = { query: null, path: ['age_equal_or_over', '19'], equals: true }
const asksName = {
  credentials: [
    {
      id: 'resident',
      format: 'dc+sd-jwt' as const,
      meta: { vct_values: [resident.vct] },
      claims: [{ path: ['family_name'] }, { path: ['anchor'] }],
    },
  ],
}

type Row = readonly [how: string, run: () => Promise<Verdict> | Verdict]

/** One defect of the presentation. */
export function shown(options: PresentOptions, verdict: VerdictOptions = {}): Promise<Verdict> {
  const view = new MemoryView()
  return verdictOn(view, present(cardOn(view), options), verdict)
}

/** One defect on the ledger. */
function withLedger(change: (view: MemoryView) => void, verdict: VerdictOptions = {}, options: PresentOptions = {}) {
  const view = new MemoryView()
  const card = cardOn(view)
  change(view)
  return verdictOn(view, present(card, options), verdict)
}

/** The text as an attacker would change it, without a new signature. */
const replaceOnce = (text: string, from: string | RegExp, to: string): string => {
  const changed = text.replace(from, () => to)
  if (changed === text) throw new Error('nothing to replace')
  return changed
}

const key = (view: MemoryView) => {
  const found = view.keys.get(issuer.signer.keyId)
  if (!found) throw new Error('the issuer is registered')
  return found
}

const withoutAnchor = { show: ['family_name', 'age_equal_or_over/19'] }

export const TABLE: { readonly [finding: string]: readonly Row[] } = {
  'unreadable/malformed': [
    ['not an SD-JWT', () => verdictOn(new MemoryView(), 'hello')],
    ['longer than any card', () => verdictOn(new MemoryView(), `${'a'.repeat(70_000)}~`)],
    [
      'no certificate in the header',
      () => {
        const header = toBase64url(utf8('{"alg":"ES256","typ":"dc+sd-jwt"}'))
        const view = new MemoryView()
        return verdictOn(view, replaceOnce(present(cardOn(view)), /^[^.]+/, header))
      },
    ],
    [
      'a VP token of too many presentations',
      () => {
        const view = new MemoryView()
        return verdictOn(view, { resident: Array(9).fill(present(cardOn(view))) })
      },
    ],
    [
      'a VP token without its lists',
      () => {
        const view = new MemoryView()
        return verdictOn(view, { resident: present(cardOn(view)) } as never)
      },
    ],
  ],
  'unreadable/unsupported': [
    [
      'another algorithm',
      () => {
        const header = toBase64url(utf8(JSON.stringify({ alg: 'ES512', typ: 'dc+sd-jwt', x5c: issuer.x5c })))
        const view = new MemoryView()
        return verdictOn(view, replaceOnce(present(cardOn(view)), /^[^.]+/, header))
      },
    ],
    [
      'a receipt of a later version',
      () => {
        const view = new MemoryView()
        const { receipt } = issue()
        view.anchored(receipt)
        return verdictOn(view, present(issueWithReceiptOf(receipt, 2)))
      },
    ],
    [
      'the wallet reports that it does not support the request',
      () => verdictWithout({ outcome: 'unreadable', reason: 'unsupported' }, NOW),
    ],
  ],
  'forged/bad_signature': [
    [
      'a payload changed after signing',
      () => {
        const view = new MemoryView()
        const [header, payload, ...rest] = cardOn(view).split('.')
        const text = Buffer.from(payload ?? '', 'base64url')
          .toString()
          .replace('"exp":1', '"exp":2')
        return verdictOn(view, [header, Buffer.from(text).toString('base64url'), ...rest].join('.'))
      },
    ],
    [
      'signed by a thief with the issuer’s certificate beside it',
      async () => {
        const view = new MemoryView()
        const { signer } = await makeIssuer()
        return verdictOn(view, present(cardOn(view, { by: { signer, x5c: issuer.x5c } })))
      },
    ],
  ],
  'forged/bad_disclosure': [
    [
      'a disclosed name exchanged',
      () => {
        const view = new MemoryView()
        const card = cardOn(view)
        const old = card.split('~')[1] ?? ''
        const [salt, name] = JSON.parse(Buffer.from(old, 'base64url').toString())
        const other = toBase64url(utf8(JSON.stringify([salt, name, '임꺽정'])))
        return verdictOn(view, replaceOnce(present(card), old, other))
      },
    ],
    [
      'a disclosure dropped after the holder signed',
      () => {
        const view = new MemoryView()
        return verdictOn(view, replaceOnce(present(cardOn(view)), /~[^~]+~/, '~'))
      },
    ],
  ],
  'forged/anchor_mismatch': [
    [
      'a card signed with the issuer’s key, with an invented receipt',
      () => {
        const { text } = issue()
        return verdictOn(new MemoryView(), present(text))
      },
    ],
    [
      'the receipt of another card',
      () => {
        // The attacker has the issuer's key and puts a genuine receipt into a new card.
        const view = new MemoryView()
        const { receipt } = issue()
        view.anchored(receipt)
        const forged = issueWithReceiptOf(receipt)
        return verdictOn(view, present(forged))
      },
    ],
    [
      'a receipt of another ledger',
      () => {
        const view = new MemoryView()
        return verdictOn(view, present(cardOn(view, { log: '0xffffffffffffffffffffffffffffffffffffffff' })))
      },
    ],
    [
      'a tree of another size',
      () => {
        const view = new MemoryView()
        const { text, receipt } = issue()
        view.anchored(receipt, { count: 32 })
        return verdictOn(view, present(text))
      },
    ],
    [
      'a receipt of another organisation than the key’s',
      () =>
        withLedger(view => {
          const organisation = view.organisations.get(ORG)
          if (organisation) view.organisations.set(2, organisation)
          view.keys.set(issuer.signer.keyId, { ...key(view), org: 2 })
        }),
    ],
  ],
  replayed: [
    ['the nonce of another request', () => shown({ nonce: 'another-nonce-another-nonce' })],
    ['another nonce and another audience', () => shown({ nonce: 'another-nonce', audience: 'x509_hash:other' })],
  ],
  wrong_holder: [
    ['signed with the key of another wallet', () => shown({ by: otherHolder })],
    [
      'without a key binding',
      () => {
        const view = new MemoryView()
        return verdictOn(view, cardOn(view))
      },
    ],
    [
      'the cards of two people together',
      () => {
        const view = new MemoryView()
        const other = { ...hong, birthdate: '2001-01-01', personalNumber: '010101-4000000' }
        const cards = [cardOn(view), cardOn(view, { card: driver, facts: other })]
        const [resident = '', licence = ''] = cards.map(card => present(card))
        return verdictOn(view, { resident: [resident], driver: [licence] })
      },
    ],
  ],
  'retry/stale_presentation': [
    ['made too long ago', () => shown({ iat: NOW - HOUR })],
    ['its `exp` is in the past', () => shown({ claims: { exp: NOW - 60 } })],
  ],
  'retry/wrong_audience': [['made for another verifier', () => shown({ audience: 'x509_hash:other' })]],
  'retry/declined': [['the wallet reports it', () => verdictWithout({ outcome: 'retry', reason: 'declined' }, NOW)]],
  'retry/timed_out': [['no answer in time', () => verdictWithout({ outcome: 'retry', reason: 'timed_out' }, NOW)]],
  'retry/claims_missing': [
    ['the policy needs the receipt and it is not shown', () => shown(withoutAnchor)],
    ['a claim asked for is not shown', () => shown({ show: ['anchor'] }, { policy: { query: asksName } })],
    ['nothing is shown at all', () => verdictOn(new MemoryView(), {})],
    [
      'an answer to a query that was not in the request',
      () => {
        const view = new MemoryView()
        return verdictOn(view, { driver: [present(cardOn(view))] }, { policy: { query: asksName } })
      },
    ],
    ['the claim of the condition is not shown', () => shown({ show: ['anchor'] }, { policy: { conditions: [adult] } })],
  ],
  'retry/clock': [
    ['made in the future', () => shown({ iat: NOW + HOUR })],
    ['its `nbf` is in the future', () => shown({ claims: { nbf: NOW + HOUR } })],
    ['the ledger is ahead of our clock', () => withLedger(view => Object.assign(view, { time: NOW + HOUR }))],
  ],
  'untrusted/issuer_unknown': [
    [
      'a key that is not registered',
      async () => {
        const view = new MemoryView()
        return verdictOn(view, present(cardOn(view, { by: await makeIssuer() })))
      },
    ],
  ],
  'untrusted/not_accredited': [
    [
      'a key for other things than cards',
      () => withLedger(view => view.keys.set(issuer.signer.keyId, { ...key(view), uses: 8 })),
    ],
    [
      'never granted this card, receipt not shown',
      () => withLedger(view => view.grants.clear(), { policy: { anchor: 'if_distrusted' } }, withoutAnchor),
    ],
    [
      'signed after the key’s term',
      () => withLedger(view => view.keys.set(issuer.signer.keyId, { ...key(view), until: NOW - DAY })),
    ],
  ],
  'untrusted/key_distrusted': [
    [
      'anchored after the key was lost',
      () => withLedger(view => view.keys.set(issuer.signer.keyId, { ...key(view), distrustedFrom: NOW - DAY })),
    ],
  ],
  'untrusted/disowned': [
    [
      'the batch is disowned',
      () => {
        const view = new MemoryView()
        const { text, receipt } = issue()
        view.anchored(receipt, { disowned: true })
        return verdictOn(view, present(text))
      },
    ],
  ],
  'untrusted/name_mismatch': [
    [
      'an issuer URL that is not the registered one',
      () => {
        const view = new MemoryView()
        const iss = 'http://1ssuer.example:4100'
        return verdictOn(view, present(cardOn(view, { iss, uri: `${iss}/status-lists/${LIST}` })))
      },
    ],
    [
      'a status list somewhere else',
      () => {
        const view = new MemoryView()
        return verdictOn(view, present(cardOn(view, { uri: `http://elsewhere.example/status-lists/${LIST}` })))
      },
    ],
    [
      'a status list of another organisation',
      () => {
        const view = new MemoryView()
        return verdictOn(view, present(cardOn(view, { uri: `${ISS}/status-lists/${(2n << 32n) | 1n}` })))
      },
    ],
  ],
  expired: [
    [
      'past its day',
      () => shown({ iat: NOW + 4 * 365 * DAY }, { now: NOW + 4 * 365 * DAY, policy: { maxAge: Infinity } }),
    ],
  ],
  not_yet_valid: [
    [
      'issued in the future',
      () => {
        const view = new MemoryView()
        return verdictOn(view, present(cardOn(view, { iat: NOW + HOUR })))
      },
    ],
  ],
  revoked: [
    ['INVALID on the ledger', () => withLedger(view => view.statuses.set(77, 'INVALID'))],
    [
      'INVALID, in a view too old to say VALID',
      () =>
        withLedger(view => {
          view.statuses.set(77, 'INVALID')
          view.time = NOW - DAY
        }),
    ],
  ],
  suspended: [['SUSPENDED on the ledger', () => withLedger(view => view.statuses.set(77, 'SUSPENDED'))]],
  'unknown/internal_fault': [
    [
      'an unexpected error in the verifier itself',
      () => verdictOn({ pin: () => Promise.reject(new TypeError('not a function')) }, '', { warn: () => {} }),
    ],
  ],
  'unknown/view_stale': [
    ['the view is older than the policy allows', () => withLedger(view => Object.assign(view, { time: NOW - DAY }))],
    ['the ledger is unreachable', () => withLedger(view => Object.assign(view, { why: 'unreachable' }))],
    [
      'an unknown issuer, in a view too old to know it',
      async () => {
        const view = new MemoryView()
        view.time = NOW - DAY
        return verdictOn(view, present(cardOn(view, { by: await makeIssuer() })))
      },
    ],
  ],
  'unknown/list_unreachable': [
    ['the list is not in the view', () => withLedger(view => view.blind.add('status'))],
    [
      'an index outside the list, which nobody could revoke',
      () => withLedger(view => Object.assign(view, { capacity: 64 })),
    ],
  ],
  'unknown/anchor_needed': [
    ['the receipt is not in the view', () => withLedger(view => view.blind.add('anchor'))],
    [
      'absent from a view that may be older than the card',
      () =>
        withLedger(view => {
          view.receipts.clear()
          view.current = false
        }),
    ],
    [
      'a distrusted key, receipt not shown',
      () =>
        withLedger(
          view => view.keys.set(issuer.signer.keyId, { ...key(view), distrustedFrom: NOW - 1 }),
          { policy: { anchor: 'if_distrusted' } },
          withoutAnchor,
        ),
    ],
    [
      'a grant that has ended, receipt not shown',
      () =>
        withLedger(
          view => {
            for (const [purpose, { from }] of view.grants) view.grants.set(purpose, { from, until: NOW - 1 })
          },
          { policy: { anchor: 'if_distrusted' } },
          withoutAnchor,
        ),
    ],
  ],
  'unknown/anchor_pending': [
    ['a temporary card, where the receipt is needed', () => verdictOn(new MemoryView(), present(issueWithoutAnchor()))],
  ],
  not_satisfied: [
    [
      'under 19',
      () => {
        const view = new MemoryView()
        const facts = { ...hong, birthdate: '2010-01-01' }
        return verdictOn(view, present(cardOn(view, { facts })), { policy: { conditions: [adult] } })
      },
    ],
  ],
  valid: [
    ['everything shown', () => shown({})],
    ['one claim and its receipt', () => shown({ show: ['family_name', 'anchor'] }, { policy: { query: asksName } })],
    [
      '19 or over, receipt not needed',
      () => shown(withoutAnchor, { policy: { anchor: 'if_distrusted', conditions: [adult] } }),
    ],
    [
      'anchored before its key was lost',
      () => withLedger(view => view.keys.set(issuer.signer.keyId, { ...key(view), distrustedFrom: NOW - 60 })),
    ],
    [
      'anchored while accredited, though the grant has ended since',
      () =>
        withLedger(view => {
          for (const [purpose, { from }] of view.grants) view.grants.set(purpose, { from, until: NOW - 1 })
        }),
    ],
    [
      'a temporary card, where the receipt is not needed',
      () => verdictOn(new MemoryView(), present(issueWithoutAnchor()), { policy: { anchor: 'if_distrusted' } }),
    ],
  ],
}
