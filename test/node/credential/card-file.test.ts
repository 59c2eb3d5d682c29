import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { BUILT_IN_SOURCES } from '../../../node/credential/card.ts'
import { CARD_FILE_LIMIT, parseCardFile } from '../../../node/credential/card-file.ts'
import { Cards } from '../../../node/credential/cards.ts'
import { CredentialError, type CredentialFailure } from '../../../node/credential/errors.ts'
import { ownCards } from '../../support/cards.ts'

const STUDENT = readFileSync('node/credential/cards/student.json', 'utf8')
// biome-ignore lint/suspicious/noExplicitAny: the tests put wrong values into it
type Json = any

type Invalid = Extract<CredentialFailure, { code: 'CREDENTIAL_CARD_INVALID' }>

/** The refusal of the student card after a change, without its text. */
function refusalOf(change: (card: Json) => void): CredentialFailure {
  const card = JSON.parse(STUDENT)
  change(card)
  return refusalOfText(JSON.stringify(card))
}

function refusalOfText(text: string): CredentialFailure {
  try {
    parseCardFile(text, 'a.json')
  } catch (error) {
    if (error instanceof CredentialError) return error.detail
    throw error
  }
  throw new Error('it was accepted')
}

/** A value that must not be an index of a plain object. */
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']

describe('a card file', () => {
  it('is a card definition', () => {
    const { file, card } = parseCardFile(STUDENT, 'student.json')
    expect(file).to.equal('student.json')
    expect(card).to.deep.include({
      id: 'student',
      vct: 'urn:dojang:example:student:1',
      issuingAuthority: null,
      consent: null,
    })
    expect(card).not.to.have.property('$schema')
    expect(card.columns.map(({ name }) => name)).to.include('student_number')
  })

  const malformed: [string, string, string][] = [
    ['no JSON', 'not JSON', ''],
    ['an array', '[]', ''],
    ['an empty text', '', ''],
    ['a member twice', STUDENT.replace('"id"', '"vct": "urn:a:b", "id"'), ''],
    ['a member named __proto__', STUDENT.replace('"id"', '"__proto__": {"minimumAge": 0}, "id"'), ''],
    ['arrays in arrays', '['.repeat(100_000), ''],
  ]
  for (const [what, text, path] of malformed) {
    it(`is refused if it is malformed: ${what}`, () => {
      expect(refusalOfText(text)).to.include({ code: 'CREDENTIAL_CARD_INVALID', file: 'a.json', path })
    })
  }

  it('is refused if it is too large', () => {
    const text = STUDENT.replace('{', `{${' '.repeat(CARD_FILE_LIMIT)}`)
    expect(refusalOfText(text)).to.include({ code: 'CREDENTIAL_CARD_INVALID', path: '' })
  })

  it('is refused if a claim has an unknown source; the refusal names the path and all that is allowed', () => {
    for (const source of ['salary', 'constructor', 'column:', 'column:grades', 'column:__proto__', 7, null]) {
      const detail = refusalOf(card => {
        card.claims[2].source = source
      })
      expect(detail, String(source)).to.include({ code: 'CREDENTIAL_CARD_INVALID', path: 'claims.2.source' })
      expect((detail as Invalid).allowed).to.include.members([...BUILT_IN_SOURCES])
    }
    const detail = refusalOf(card => {
      card.claims[2].source = 'column:grades'
    })
    expect((detail as Invalid).allowed).to.include('column:student_number')
  })

  for (const name of PROTOTYPE_NAMES) {
    it(`is refused with ${name} as id, claim or column`, () => {
      const places: [string, (card: Json) => void][] = [
        ['id', card => Object.assign(card, { id: name })],
        ['claims.0.path', card => Object.assign(card.claims[0], { path: [name] })],
        ['claims.0.path', card => Object.assign(card.claims[0], { path: ['age', name] })],
        ['columns.0.name', card => Object.assign(card.columns[0], { name })],
        ['consent.column', card => Object.assign(card, { consent: { column: name } })],
      ]
      for (const [path, change] of places) {
        const detail = refusalOf(change)
        expect(detail.code).to.equal('CREDENTIAL_CARD_INVALID')
        expect((detail as Invalid).path, path).to.match(new RegExp(`^${path}`))
      }
    })
  }

  const wrong: [string, string, (card: Json) => void][] = [
    ['a member that is not known', '', card => Object.assign(card, { script: 'x' })],
    ['no name in English', 'display.name.en', card => delete card.display.name.en],
    [
      'a control character in a name',
      'display.name.ko',
      card => Object.assign(card.display.name, { ko: '학생\u001b[2J' }),
    ],
    ['a vct that is no URN', 'vct', card => Object.assign(card, { vct: 'https://example.kr/student' })],
    ['no claim', 'claims', card => Object.assign(card, { claims: [] })],
    ['a claim twice', 'claims.8.path', card => Object.assign(card.claims[8], { path: ['birthdate'] })],
    ['a reserved claim', 'claims.0.path', card => Object.assign(card.claims[0], { path: ['cnf'] })],
    ['the claim of the receipt', 'claims.0.path', card => Object.assign(card.claims[0], { path: ['anchor'] })],
    ['a claim inside a claim', 'claims.0.path', card => Object.assign(card.claims[0], { path: ['birthdate', 'year'] })],
    ['a kind that the source does not have', 'claims.0.kind', card => Object.assign(card.claims[0], { kind: 'image' })],
    ['a validity of no years', 'validity.years', card => Object.assign(card, { validity: { years: 0 } })],
    ['an age below zero', 'minimumAge', card => Object.assign(card, { minimumAge: -1 })],
    [
      'a fee that is no whole number',
      '',
      card => Object.assign(card, { applications: [{ kind: 'mobile', fee: 0.5 }] }),
    ],
    ['a kind of application twice', 'applications', card => card.applications.push(card.applications[0])],
    ['a plastic card', 'applications', card => card.applications.push({ kind: 'ic-first', fee: 0 })],
    ['a channel twice', 'channels', card => Object.assign(card, { channels: ['online', 'online'] })],
    [
      'a consent by a column that it lacks',
      'consent.column',
      card => Object.assign(card, { consent: { column: 'x' } }),
    ],
    ['a consent by a column of text', 'consent.column', card => Object.assign(card, { consent: { column: 'school' } })],
    ['a column of an unknown type', 'columns.0.type', card => Object.assign(card.columns[0], { type: 'code' })],
    ['a column twice', 'columns.1', card => Object.assign(card.columns[1].display, { ko: '학번' })],
    ['a column without letters', 'columns.0', card => Object.assign(card.columns[0].display, { ko: '(학번)' })],
  ]
  for (const [what, path, change] of wrong) {
    it(`is refused with ${what}`, () => {
      const detail = refusalOf(change)
      expect(detail.code).to.equal('CREDENTIAL_CARD_INVALID')
      expect(`${(detail as Invalid).path}`.startsWith(path), JSON.stringify(detail)).to.equal(true)
    })
  }

  it('is refused with a column that collides with a built-in one, by any of its names', () => {
    const names: ((column: Json) => void)[] = [
      column => Object.assign(column, { name: 'personal_number' }),
      column => Object.assign(column, { name: 'rrn' }),
      column => Object.assign(column, { name: 'full_name' }),
      column => Object.assign(column.display, { ko: '주민 등록 번호' }),
      column => Object.assign(column.display, { ko: '성명(한글)' }),
      column => Object.assign(column.display, { en: 'Family-Name' }),
    ]
    for (const change of names) {
      const detail = refusalOf(card => change(card.columns[0]))
      expect(detail).to.deep.include({ code: 'CREDENTIAL_CARD_INVALID', path: 'columns.0' })
    }
  })
})

describe('the cards of an install', () => {
  const named = (file: string, change: (card: Json) => void) => {
    const card = JSON.parse(STUDENT)
    change(card)
    return parseCardFile(JSON.stringify(card), file)
  }
  const other = (card: Json) => Object.assign(card, { id: 'pupil', vct: 'urn:example:pupil:1' })
  const repeatedIn = (change: (card: Json) => void) => {
    try {
      new Cards([parseCardFile(STUDENT, 'first.json'), named('second.json', change)])
    } catch (error) {
      return error instanceof CredentialError && error.detail
    }
    return 'accepted'
  }

  it('refuse an id or a vct that is repeated', () => {
    const detail = { code: 'CREDENTIAL_CARD_REPEATED', file: 'second.json', other: 'first.json' }
    expect(repeatedIn(card => Object.assign(card, { id: 'pupil' }))).to.deep.equal({
      ...{ ...detail, member: 'vct', value: 'urn:dojang:example:student:1' },
    })
    expect(repeatedIn(card => Object.assign(card, { vct: 'urn:example:pupil:1' }))).to.deep.equal({
      ...{ ...detail, member: 'id', value: 'student' },
    })
  })

  it('share a column that both define in the same way, and refuse one with two meanings', () => {
    expect(repeatedIn(other)).to.equal('accepted')
    const changes: ((column: Json) => void)[] = [
      column => Object.assign(column.display, { en: 'Number' }),
      column => Object.assign(column.display, { ko: '번호' }),
    ]
    for (const change of changes) {
      const detail = repeatedIn(card => change(other(card).columns[0]))
      expect(detail).to.include({ code: 'CREDENTIAL_CARD_REPEATED', member: 'columns' })
    }
  })

  it('are found by id and vct only, not by the name of a property', () => {
    for (const name of PROTOTYPE_NAMES) {
      expect(ownCards.byId(name)).to.equal(undefined)
      expect(ownCards.byVct(name)).to.equal(undefined)
    }
  })
})
