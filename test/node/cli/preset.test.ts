import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { readPresets } from '../../../node/config/presets.ts'
import { policyPurpose } from '../../../node/verifier/asker/policy.ts'
import { PRESET_FILE_LIMIT } from '../../../node/verifier/presets/preset-file.ts'
import { requestPolicyOf } from '../../../node/verifier/presets/request-policy.ts'
import { ownCards } from '../../support/cards.ts'
import { ownPresets } from '../../support/presets.ts'
import { FakeNode, run } from './support.ts'

const LIBRARY = readFileSync('node/verifier/presets/files/website.json', 'utf8')
  .replace('"website"', '"library"')
  .replace('웹사이트·앱', '도서관')
  .replace('Web site or app', 'Library')

describe('cli: preset', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dojang-preset-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const write = (name: string, text: string): string => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }

  it('shows what a preset asks for, and the policy with its purpose', async () => {
    const file = write('library.json', LIBRARY)
    const korean = await run(['preset', 'check', file, '--lang', 'ko', '--data', directory])
    expect(korean.exit, korean.err).to.equal(0)
    expect(korean.out).to.match(/^도서관 \(library\): 회원 가입을 위한 본인 확인\n사진 요청 안 함 · /)
    expect(korean.out).to.match(/foreigner +urn:dojang:kr:foreigner:1 +family_name, given_name, birthdate\n/)
    const { policy, purpose } = JSON.parse((await run(['preset', 'check', file, '--json', '--data', directory])).out)
    expect(purpose).to.equal(policyPurpose(policy))
    expect(korean.out).to.include(policy).and.include(purpose)
  })

  it('names the file, the path and what is allowed when it refuses a file', async () => {
    const file = write('library.json', LIBRARY.replace('"always"', '"sometimes"'))
    const { exit, err } = await run(['preset', 'check', file, '--data', directory])
    expect(exit).to.equal(2)
    expect(err.replace(/\s+/g, ' '))
      .to.include('VERIFIER_PRESET_INVALID')
      .and.include('library.json, anchor')
      .and.include('Allowed: always, if_distrusted')
  })

  it('refuses what is too large, no file, or not there, before it is read', async () => {
    const large = write('large.json', ' '.repeat(PRESET_FILE_LIMIT + 1))
    const device = join(directory, 'zero.json')
    symlinkSync('/dev/zero', device)
    for (const path of [large, device, directory]) {
      const { exit, err } = await run(['preset', 'check', path, '--data', directory])
      expect([exit, err.includes('VERIFIER_PRESET_INVALID')], path).to.deep.equal([2, true])
    }
    expect(await run(['preset', 'check', join(directory, 'none.json')])).to.include({ exit: 2 })
  })

  it('stores a preset once, and prints the grant and that a restart is needed', async () => {
    await using node = await new FakeNode({}).start()
    const file = write('a.json', LIBRARY)
    const added = await run(['preset', 'add', file, '--data', node.data, '--lang', 'en'])
    expect(added.exit, added.err).to.equal(0)
    const stored = readPresets(node.data, ownCards).byId('library')
    if (!stored) throw new Error('it is stored')
    const purpose = policyPurpose(requestPolicyOf(stored))
    expect(added.out)
      .to.include(`dojang council propose grant org=1 purpose=${purpose} until=never`)
      .and.include('Start the node again')
    const again = await run(['preset', 'add', file, '--data', node.data])
    expect(again.exit).to.equal(2)
    expect(again.err).to.include('VERIFIER_PRESET_REPEATED')
  })

  it("does not replace one of the program's presets, or a file that defines another one", async () => {
    await using node = await new FakeNode({}).start()
    const own = await run([
      'preset',
      'add',
      write('a.json', LIBRARY.replace('"library"', '"bank"')),
      '--data',
      node.data,
    ])
    expect(own.err).to.include('VERIFIER_PRESET_REPEATED').and.include('bank.json')
    mkdirSync(join(node.data, 'presets'))
    const stored = join(node.data, 'presets', 'museum.json')
    writeFileSync(stored, LIBRARY)
    const other = write('b.json', LIBRARY.replace('"library"', '"museum"'))
    const { exit, err } = await run(['preset', 'add', other, '--data', node.data])
    expect([exit, err.includes('CLI_INPUT')]).to.deep.equal([2, true])
    expect(readFileSync(stored, 'utf8')).to.equal(LIBRARY)
  })

  it('lists the presets of the install, with the purposes of their policies', async () => {
    mkdirSync(join(directory, 'presets'))
    write('presets/library.json', LIBRARY)
    const { out } = await run(['preset', 'list', '--data', directory, '--json'])
    const { presets } = JSON.parse(out)
    expect(presets.map(({ id }: { id: string }) => id)).to.deep.equal([...ownPresets.ids, 'library'])
    const text = await run(['preset', 'list', '--data', directory, '--lang', 'ko'])
    expect(text.out.split('\n')[0]).to.match(/^government +관공서 +request:[0-9a-f]{64}$/)
  })
})
