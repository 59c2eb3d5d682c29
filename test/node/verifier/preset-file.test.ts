import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { ownPresetFiles } from '../../../node/verifier/presets/all.ts'
import { PRESET_FILE_LIMIT, parsePresetFile } from '../../../node/verifier/presets/preset-file.ts'
import { checkAgainstCards, Presets } from '../../../node/verifier/presets/presets.ts'
import { ownCards } from '../../support/cards.ts'

const TEXT = readFileSync('node/verifier/presets/files/age.json', 'utf8')
type Json = Record<string, unknown> & { cards: Record<string, unknown>[]; condition?: unknown }

/** The preset for an age, changed. */
const changed = (change: (preset: Json) => void): string => {
  const preset = JSON.parse(TEXT) as Json
  change(preset)
  return JSON.stringify(preset)
}

function refusal(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (error instanceof VerifierError) return error.detail
    throw error
  }
  return 'accepted'
}

const card = (preset: Json) => preset.cards[0] as Record<string, unknown>

describe('a preset file', () => {
  it('is a preset', () => {
    expect(parsePresetFile(TEXT, 'age.json').preset.id).to.equal('age')
  })

  const refusals: [string, string, string][] = [
    ['is no JSON', '{', ''],
    ['is empty', '', ''],
    ['is no object', '[]', ''],
    ['is larger than the limit', ' '.repeat(PRESET_FILE_LIMIT + 1), ''],
    ['has a member twice', TEXT.replace('"id": "age"', '"id": "age", "id": "bank"'), ''],
    ['has a prototype', TEXT.replace('"id": "age"', '"id": "age", "__proto__": {}'), ''],
    ['has an unknown member', changed(preset => Object.assign(preset, { callHome: true })), ''],
    ['has an id that could be a path', changed(preset => Object.assign(preset, { id: '../age' })), 'id'],
    ['has no purpose', changed(preset => Object.assign(preset, { purpose: undefined })), 'purpose'],
    [
      'has a purpose in one language',
      changed(preset => Object.assign(preset, { purpose: { ko: '확인' } })),
      'purpose.en',
    ],
    [
      'has a name that turns the direction of the text',
      changed(preset => Object.assign(preset, { name: { ko: '은행', en: 'knaB\u202e' } })),
      'name.en',
    ],
    [
      'has a name of letters that nobody sees',
      changed(preset => Object.assign(preset, { name: { ko: 'ㅤ', en: 'x' } })),
      '',
    ],
    [
      'has a name that is too long',
      changed(preset => Object.assign(preset, { name: { ko: '가'.repeat(61), en: 'x' } })),
      'name.ko',
    ],
    ['has no card', changed(preset => Object.assign(preset, { cards: [] })), 'cards'],
    ['has the same card twice', changed(preset => preset.cards.push(structuredClone(card(preset)))), 'cards'],
    ['asks for nothing', changed(preset => Object.assign(card(preset), { claims: [] })), 'cards.0.claims'],
    [
      'asks for the portrait beside its own member',
      changed(preset => (card(preset).claims as string[][]).push(['portrait'])),
      'cards.0.claims',
    ],
    [
      'asks for a claim twice',
      changed(preset => (card(preset).claims as string[][]).push(['age_equal_or_over', '19'])),
      'cards.0.claims',
    ],
    [
      'asks for an identifying claim without the receipt',
      changed(preset => (card(preset).claims as string[][]).push(['family_name'])),
      'anchor',
    ],
    [
      'asks for a claim that nobody knows without the receipt',
      changed(preset => (card(preset).claims as string[][]).push(['student_number'])),
      'anchor',
    ],
    ['records checks that could be relayed', changed(preset => Object.assign(preset, { record: 'check' })), 'oneWay'],
    [
      'has a condition on what it does not ask for',
      changed(preset => Object.assign(preset, { condition: { path: ['nationalities'], equals: true } })),
      'condition.path',
    ],
    ['accepts any age of the ledger’s copy', changed(preset => Object.assign(preset, { maxAge: 1e12 })), 'maxAge'],
  ]
  for (const [what, text, path] of refusals) {
    it(`is refused if it ${what}`, () => {
      expect(refusal(() => parsePresetFile(text, 'a.json'))).to.include({
        code: 'VERIFIER_PRESET_INVALID',
        file: 'a.json',
        path,
      })
    })
  }

  it('is refused where it repeats the id of another, and never replaces it', () => {
    const file = parsePresetFile(TEXT, '/data/presets/age.json')
    expect(refusal(() => new Presets([...ownPresetFiles, file]))).to.deep.equal({
      code: 'VERIFIER_PRESET_REPEATED',
      file: '/data/presets/age.json',
      other: 'age.json',
      preset: 'age',
    })
  })

  describe('of cards that this install issues', () => {
    const check = (text: string) => refusal(() => checkAgainstCards(parsePresetFile(text, 'a.json'), ownCards))

    it('asks only for claims that they have', () => {
      const text = changed(preset => Object.assign(card(preset), { claims: [['age_equal_or_over', '21']] }))
      const other = text.replace(/,"condition":.*?\}/, '')
      expect(check(other)).to.include({ code: 'VERIFIER_PRESET_INVALID', path: 'cards.0.claims' })
    })

    it('may ask for all claims below a name', () => {
      const text = changed(preset => {
        for (const each of preset.cards) each.claims = [['age_equal_or_over']]
        delete preset.condition
      })
      expect(check(text)).to.equal('accepted')
    })

    it('names them with their own type', () => {
      const text = changed(preset => Object.assign(card(preset), { vct: 'urn:example:kr:resident:1' }))
      expect(check(text)).to.include({ code: 'VERIFIER_PRESET_INVALID', path: 'cards.0.vct' })
    })
  })

  it('may ask for cards of other authorities', () => {
    const text = changed(preset =>
      Object.assign(card(preset), { card: 'student', vct: 'urn:example:university:student:1' }),
    )
    expect(refusal(() => checkAgainstCards(parsePresetFile(text, 'a.json'), ownCards))).to.equal('accepted')
  })
})
