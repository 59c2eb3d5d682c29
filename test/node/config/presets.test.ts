import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { presetsDirectory, readPresets } from '../../../node/config/presets.ts'
import { VerifierError } from '../../../node/verifier/errors.ts'
import { PRESET_FILE_LIMIT } from '../../../node/verifier/presets/preset-file.ts'
import { ownCards } from '../../support/cards.ts'
import { ownPresets } from '../../support/presets.ts'

const AIRPORT = readFileSync('node/verifier/presets/files/airport.json', 'utf8')
const named = (id: string) => AIRPORT.replace('"airport"', `"${id}"`)

describe('the presets of an install', () => {
  let data: string
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'dojang-presets-'))
    mkdirSync(presetsDirectory(data))
  })
  afterEach(() => rmSync(data, { recursive: true }))

  const write = (name: string, text: string) => writeFileSync(join(presetsDirectory(data), name), text)
  const refusal = () => {
    try {
      readPresets(data, ownCards)
    } catch (error) {
      if (error instanceof VerifierError) return error.detail
      throw error
    }
    return 'accepted'
  }

  it("are the program's own where there is no directory", () => {
    expect(readPresets(join(data, 'none'), ownCards).ids).to.deep.equal(ownPresets.ids)
  })

  it("come after the program's own, by the names of the files; other files are ignored", () => {
    write('b.json', named('station'))
    write('a.json', named('harbour'))
    write('notes.txt', 'not a preset')
    expect(readPresets(data, ownCards).ids).to.deep.equal([...ownPresets.ids, 'harbour', 'station'])
  })

  it('are refused with one file that is malformed, too large or no text', () => {
    const file = join(presetsDirectory(data), 'a.json')
    for (const text of ['{', '', ' '.repeat(PRESET_FILE_LIMIT + 1), '{"__proto__": {}}', '\u0000']) {
      write('a.json', text)
      expect(refusal()).to.include({ code: 'VERIFIER_PRESET_INVALID', file, path: '' })
    }
  })

  it('are refused if a file repeats a preset, or asks a card for what it does not have', () => {
    write('a.json', AIRPORT)
    expect(refusal()).to.include({ code: 'VERIFIER_PRESET_REPEATED', other: 'airport.json', preset: 'airport' })
    write('a.json', named('station'))
    write('b.json', named('station'))
    expect(refusal()).to.include({ code: 'VERIFIER_PRESET_REPEATED', preset: 'station' })
    rmSync(join(presetsDirectory(data), 'b.json'))
    write('a.json', named('station').replace('"birthdate"', '"blood_group"'))
    expect(refusal()).to.include({ code: 'VERIFIER_PRESET_INVALID', path: 'cards.0.claims' })
  })
})
