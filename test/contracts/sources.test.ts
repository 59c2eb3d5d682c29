/** Checks conventions of the contract sources. */
import { readdir, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { id } from 'ethers'
import config from '../../hardhat.config.ts'
import { networkHelpers, settled } from './support/world.ts'

const fixture = networkHelpers.loadFixture

interface Profiles {
  readonly profiles: { readonly long: { readonly invariant: { readonly runs: number; readonly depth: number } } }
}

const RESTRICTED_ROLES: Readonly<Record<string, readonly string[]>> = {
  'TrustRegistry.sol': ['COUNCIL', 'GUARDIAN', 'admin'],
  'AnchorLog.sol': ['ANCHOR', 'GUARDIAN', 'admin'],
  'StatusRegistry.sol': ['STATUS', 'COUNCIL'],
  'Governance.sol': ['COUNCIL', 'GUARDIAN'],
}

describe('sources', () => {
  const folder = new URL('../../contracts/', import.meta.url)
  const read = async (at: string) => {
    const files = (await readdir(new URL(at, folder))).filter(file => file.endsWith('.sol'))
    return Promise.all(
      files.map(async file => [file, await readFile(new URL(`${at}${file}`, folder), 'utf8')] as const),
    )
  }

  it('the long run of the invariants makes a million calls, one for each act', async () => {
    const { profiles } = (config.test?.solidity ?? {}) as Profiles
    const { runs, depth } = profiles.long.invariant
    expect(runs * depth).to.be.at.least(1_000_000)
    const checks = await readFile(new URL('invariants/Invariants.t.sol', import.meta.url), 'utf8')
    const together = checks.slice(checks.indexOf('function invariant_together'))
    expect(together.slice(0, together.indexOf('\n    }'))).to.include('everyActIsACall()')
  })

  it('each error has its selector in a comment, and a test that expects it with its arguments', async () => {
    const world = await fixture(settled)
    const sources = (await read('interfaces/')).map(([, source]) => source).join('\n')
    const here = new URL('./', import.meta.url)
    const tests = (await readdir(here)).filter(file => file.endsWith('.test.ts') && file !== 'sources.test.ts')
    const expected = (await Promise.all(tests.map(file => readFile(new URL(file, here), 'utf8')))).join('\n')
    const written = new Map<string, string>()
    for (const [, name = '', args = '', selector = ''] of sources.matchAll(
      /error (\w+)\(([^)]*)\);(?: \/\/ (0x\w{8}))?/g,
    )) {
      expect(args, `${name} says what was wrong`).to.not.equal('')
      const types = args.split(',').map(arg => arg.trim().split(' ')[0])
      expect(selector, name).to.equal(id(`${name}(${types.join(',')})`).slice(0, 10))
      written.set(name, selector)
      const test = new RegExp(`revertedWithCustomError\\(\\s*\\w+,\\s*'${name}',?\\s*\\)\\s*\\.withArgs\\(`)
      expect(test.test(expected), `a test that expects ${name} with its arguments`).to.equal(true)
    }
    for (const { interface: abi } of [world.trust, world.log, world.registry]) {
      abi.forEachError(error => {
        if (!error.name.startsWith('AccessManaged')) expect(written.get(error.name)).to.equal(error.selector)
      })
    }
  })

  it('each contract begins with its model, a state diagram with roles, and its warnings', async () => {
    const files = await read('')
    expect(files.map(([file]) => file)).to.have.members([
      'AnchorLog.sol',
      'Governance.sol',
      'StatusRegistry.sol',
      'TrustRegistry.sol',
    ])
    for (const [file, source] of files) {
      const model = source.slice(0, source.search(/^contract /m))
      expect(model, file)
        .to.match(/@title/)
        .and.to.match(/WARNING: /)
      const arrows = model.match(/──[\w:, ]+──▶|◀──[\w:, ]+──/g) ?? []
      expect(arrows.length, `${file}: arrows`).to.be.greaterThan(0)
      for (const role of RESTRICTED_ROLES[file] ?? []) expect(model, file).to.include(role)
    }
  })

  it('each function that changes a state is on an arrow of the diagram', async () => {
    const world = await fixture(settled)
    for (const [file, contract] of [
      ['TrustRegistry.sol', world.trust],
      ['AnchorLog.sol', world.log],
      ['StatusRegistry.sol', world.registry],
    ] as const) {
      const source = await readFile(new URL(file, folder), 'utf8')
      const model = source.slice(0, source.search(/^contract /m))
      contract.interface.forEachFunction(({ name, stateMutability }) => {
        if (stateMutability === 'view' || name === 'setAuthority') return
        // `registerOrganisation` is "register" in the organisation's diagram.
        const verb = /^(register|describe|deactivate|renew|retire|distrust|stop|open)(?=[A-Z])/.exec(name)?.[1] ?? name
        expect(model, `${file}: ${name}`).to.match(new RegExp(`\\b${verb}\\b`))
      })
    }
  })

  it('each packed word is a type with a drawing of its layout', async () => {
    for (const [file, source] of await read('types/')) {
      if (file === 'Roles.sol') continue
      expect(source, file).to.match(/^type (\w+) is uint\d+;$/m)
      expect(source.slice(0, source.indexOf('\ntype ')), file)
        .to.include('┌')
        .and.to.include('┘')
    }
  })
})
