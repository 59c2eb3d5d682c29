import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { cardsDirectory, readCards } from '../../../node/config/cards.ts'
import { CARD_FILE_LIMIT } from '../../../node/credential/card-file.ts'
import { CredentialError } from '../../../node/credential/errors.ts'
import { ownCards } from '../../support/cards.ts'

const STUDENT = readFileSync('node/credential/cards/student.json', 'utf8')

describe('the cards of an install', () => {
  let data: string
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'dojang-cards-'))
    mkdirSync(cardsDirectory(data))
  })
  afterEach(() => rmSync(data, { recursive: true }))

  const write = (name: string, text: string) => writeFileSync(join(cardsDirectory(data), name), text)
  const refusal = () => {
    try {
      readCards(data)
    } catch (error) {
      if (error instanceof CredentialError) return error.detail
      throw error
    }
    return 'accepted'
  }

  it("are the program's own where there is no directory", () => {
    expect(readCards(join(data, 'none')).ids).to.deep.equal(ownCards.ids)
  })

  it("come after the program's own, by the names of the files; other files are ignored", () => {
    write('b.json', STUDENT)
    write('a.json', STUDENT.replace('"student"', '"pupil"').replace('example:student', 'example:pupil'))
    write('notes.txt', 'not a card')
    expect(readCards(data).ids).to.deep.equal([...ownCards.ids, 'pupil', 'student'])
  })

  it('are refused with one file that is malformed, too large, no text, or repeats a card', () => {
    const file = join(cardsDirectory(data), 'a.json')
    for (const text of ['{', '', ' '.repeat(CARD_FILE_LIMIT + 1), '{"__proto__": {}}', '\u0000']) {
      write('a.json', text)
      expect(refusal()).to.include({ code: 'CREDENTIAL_CARD_INVALID', file, path: '' })
    }
    write('a.json', STUDENT.replace('urn:dojang:example:student:1', 'urn:dojang:kr:resident:1'))
    expect(refusal()).to.include({ code: 'CREDENTIAL_CARD_REPEATED', file, other: 'resident.json', member: 'vct' })
    write('a.json', STUDENT.replace('"student"', '"resident"'))
    expect(refusal()).to.include({ code: 'CREDENTIAL_CARD_REPEATED', file, other: 'resident.json', member: 'id' })
  })

  it('are refused if two files have one card', () => {
    write('a.json', STUDENT)
    write('b.json', STUDENT)
    expect(refusal()).to.include({ code: 'CREDENTIAL_CARD_REPEATED', member: 'id', value: 'student' })
  })
})
