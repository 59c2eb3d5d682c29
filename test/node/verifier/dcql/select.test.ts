import { expect } from 'chai'
import type { JsonObject } from '../../../../node/lib/json.ts'
import type { CardQuery, ClaimsQuery } from '../../../../node/verifier/dcql/query.ts'
import { requestedClaims } from '../../../../node/verifier/dcql/select.ts'

const asking = (...paths: ClaimsQuery['path'][]): CardQuery => ({
  credentials: [
    { id: 'card', format: 'dc+sd-jwt', meta: { vct_values: ['x'] }, claims: paths.map(path => ({ path })) },
    { id: 'bare', format: 'dc+sd-jwt', meta: { vct_values: ['x'] } },
  ],
})

const shown: JsonObject = {
  family_name: '홍',
  age_equal_or_over: { 18: true, 19: true },
  licence: {
    number: '11-22',
    categories: [
      { code: '1', until: 1 },
      { code: '2', until: 2 },
    ],
  },
  nationalities: ['KR', 'FR'],
}

describe('the claims that a query requests', () => {
  const table: readonly (readonly [string, ClaimsQuery['path'][], JsonObject])[] = [
    ['a member', [['family_name']], { family_name: '홍' }],
    ['a member of a member', [['age_equal_or_over', '19']], { age_equal_or_over: { 19: true } }],
    [
      'two of one',
      [
        ['age_equal_or_over', '19'],
        ['age_equal_or_over', '18'],
      ],
      { age_equal_or_over: { 18: true, 19: true } },
    ],
    ['a member and a part of it', [['licence'], ['licence', 'number']], { licence: shown.licence ?? null }],
    ['an element', [['nationalities', 1]], { nationalities: ['FR'] }],
    ['every element', [['nationalities', null]], { nationalities: ['KR', 'FR'] }],
    [
      'a member of every element',
      [['licence', 'categories', null, 'code']],
      { licence: { categories: [{ code: '1' }, { code: '2' }] } },
    ],
    ['what is not there', [['portrait'], ['family_name', 'x'], ['family_name', 0], ['constructor']], {}],
    ['nothing', [], {}],
  ]
  for (const [what, paths, picked] of table) {
    it(`are ${what}, and no more`, () => expect(requestedClaims(asking(...paths), 'card', shown)).to.deep.equal(picked))
  }

  it('are none if the query names none', () => expect(requestedClaims(asking(), 'bare', shown)).to.deep.equal({}))
  it('are undefined without a query', () => expect(requestedClaims(asking(), null, shown)).to.equal(undefined))
})
