import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { scratchDirectory } from '../../support/scratch.ts'
import { run } from './support.ts'

describe('cli: network init', () => {
  let aside: string
  beforeEach(() => {
    aside = scratchDirectory('network')
  })
  afterEach(() => rmSync(aside, { recursive: true, force: true }))

  it('lets the user of a container read all files but the keys, with any umask', async () => {
    const before = process.umask(0o077)
    const directory = join(aside, 'consortium')
    const ran = await run(['network', 'init', directory, '--orgs', 'moi,police']).finally(() => process.umask(before))
    expect(ran.exit, ran.err).to.equal(0)
    const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
    expect(modeOf(directory)).to.equal('755')
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    expect(names).to.include('moi/key').and.include('police/besu.toml')
    for (const name of names) {
      const path = join(directory, name)
      const expected = statSync(path).isDirectory() ? '755' : name.endsWith('/key') ? '600' : '644'
      expect(modeOf(path), name).to.equal(expected)
    }
  })

  const wrong: Readonly<Record<string, readonly string[]>> = {
    'the same address twice': ['--orgs', 'a,b', '--hosts', '10.0.0.1,10.0.0.1'],
    'no address in particular': ['--orgs', 'a,b', '--hosts', '0.0.0.0,10.0.0.2'],
    'all addresses': ['--orgs', 'a,b', '--hosts', '10.0.0.1,255.255.255.255'],
    'a group of addresses': ['--orgs', 'a,b', '--hosts', '10.0.0.1,224.0.0.1'],
    'an address that each host has': ['--orgs', 'a,b', '--hosts', '10.0.0.1,127.0.0.1'],
    'a leading zero': ['--orgs', 'a,b', '--hosts', '10.0.0.1,010.0.0.2'],
    'five parts': ['--orgs', 'a', '--hosts', '10.0.0.1.1'],
    'too few addresses': ['--orgs', 'a,b', '--hosts', '10.0.0.1'],
    'names and another count': ['--orgs', 'a', '--count', '4'],
  }
  for (const [what, argv] of Object.entries(wrong)) {
    it(`refuses ${what}, and writes nothing`, async () => {
      const ran = await run(['network', 'init', join(aside, 'out'), ...argv])
      expect(ran.exit, ran.out).to.equal(2)
      expect(readdirSync(aside)).to.deep.equal([])
    })
  }

  it('accepts names, a number of members, and addresses', async () => {
    expect((await run(['network', 'init', join(aside, 'four')])).exit).to.equal(0)
    expect((await run(['network', 'init', join(aside, 'two'), '--count', '2'])).exit).to.equal(0)
    const hosts = ['--hosts', '10.0.0.1,192.168.0.250']
    expect((await run(['network', 'init', join(aside, 'named'), '--orgs', 'a,b', ...hosts])).exit).to.equal(0)
    const { members } = JSON.parse(readFileSync(join(aside, 'named', 'network.json'), 'utf8')) as { members: unknown[] }
    expect(members).to.have.length(2)
    expect(JSON.stringify(members)).to.include('@192.168.0.250:30303')
  })
})
