import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import type { LedgerHead } from '../../../node/ledger/ledger.ts'
import { signProfile } from '../../../node/registries/profile/profile.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { deployStore, openLedger, refusal, SENDER, sign } from '../ledger/embedded/fixture.ts'
import { profileOf, run } from './support.ts'

/** Bytes of the file's last item, for a small height: a list of "end", one byte, and a hash. */
const END = 1 + 4 + 1 + 33

describe('cli: ledger', () => {
  const aside = scratchDirectory('cli-ledger')
  const at = (name: string) => join(aside, name)
  let head: LedgerHead

  before(async () => {
    const ledger = await openLedger(join(at('data'), 'ledger'))
    await deployStore(ledger)
    head = ledger.head
    writeFileSync(at('profile.json'), signProfile(await profileOf(ledger), new SoftwareSigner(makeP256Pem())))
    await ledger.close()
    mkdirSync(at('folder.rlp'))
    writeFileSync(at('junk.rlp.gz'), 'hello')
  })
  after(() => rmSync(aside, { recursive: true, force: true }))

  const ledger = (verb: string, data: string, ...args: string[]) =>
    run(['ledger', verb, ...args, '--data', at(data), '--lang', 'en'])
  const importing = (data: string, file: string, ...args: string[]) =>
    ledger('import', data, at(file), '--profile', at('profile.json'), ...args)

  it('exports and imports a ledger, and compares the head with the given hash', async () => {
    const exported = await ledger('export', 'data', at('history.rlp'))
    expect(exported.exit, exported.err).to.equal(0)
    expect(exported.out).to.include(head.hash)
    const imported = await importing('copy', 'history.rlp', '--head', head.hash)
    expect(imported.exit, imported.err).to.equal(0)
    expect((await ledger('check', 'copy')).out).to.match(/^undamaged: 2 blocks/)
    const other = await importing('other', 'history.rlp', '--head', `0x${'12'.repeat(32)}`)
    expect([other.exit, other.err]).to.satisfy(
      ([exit, err]: [number, string]) => exit === 1 && err.includes('LEDGER_IMPORT_UNFINISHED'),
    )
    expect((await importing('other', 'history.rlp', '--head', '0x12')).exit).to.equal(2)
  })

  it('lists and removes the accounts that may send', async () => {
    const other = `0x${'AB'.repeat(20)}` as const
    const opened = await openLedger(join(at('accounts'), 'ledger'), { allow: [SENDER, other] })
    const inUse = await ledger('disallow', 'accounts', other)
    expect([inUse.exit, inUse.err]).to.satisfy(
      ([exit, err]: [number, string]) => exit === 1 && err.includes('LEDGER_IN_USE'),
    )
    await opened.close()
    const lower = other.toLowerCase()
    const all = [SENDER, lower].sort()
    expect(JSON.parse((await ledger('disallow', 'accounts', '--json')).out)).to.deep.equal({ removed: [], left: all })
    const removed = await ledger('disallow', 'accounts', other, `0x${'cd'.repeat(20)}`)
    expect(removed.out).to.include(`removed: 1\n  ${lower}\naccounts that may send: 1\n  ${SENDER}`)
    expect((await ledger('disallow', 'accounts', '0x12')).exit).to.equal(2)
    const again = await openLedger(join(at('accounts'), 'ledger'), { allow: [] })
    const raw = await sign({ nonce: 0, to: SENDER })
    expect(await again.request('eth_sendRawTransaction', [raw])).to.match(/^0x/)
    await again.close()
    const gone = await ledger('disallow', 'accounts', SENDER)
    expect(gone.out).to.include('accounts that may send: 0')
    const empty = await openLedger(join(at('accounts'), 'ledger'), { allow: [] })
    const { code } = await refusal(empty.request('eth_sendRawTransaction', [await sign({ nonce: 1, to: SENDER })]))
    expect(code).to.equal(-32007)
    await empty.close()
  })

  it('reports an incomplete file, and how to continue', async () => {
    writeFileSync(at('older.rlp'), readFileSync(at('history.rlp')).subarray(0, -END))
    const cut = await importing('cut', 'older.rlp')
    expect([cut.exit, cut.err]).to.satisfy(
      ([exit, err]: [number, string]) => exit === 1 && err.includes('--head') && err.includes(head.hash),
    )
    expect((await ledger('check', 'cut')).out).to.include('import was not finished')
    expect((await importing('cut', 'older.rlp', '--head', head.hash)).exit).to.equal(0)
    expect((await ledger('check', 'cut')).exit).to.equal(0)
  })

  it('distinguishes a missing ledger from a damaged one, and creates none', async () => {
    for (const args of [['check'], ['export', at('never.rlp')]] as const) {
      const [verb, ...rest] = args
      const ran = await ledger(verb, 'nowhere', ...rest)
      expect(ran.exit, verb).to.equal(3)
      expect(ran.err).to.include('There is no ledger in').and.include('CLI_NO_INSTALL').and.not.include('amaged')
      expect(ran.out).to.equal('')
    }
    expect(existsSync(at('nowhere'))).to.equal(false)
    expect(existsSync(at('never.rlp'))).to.equal(false)
  })

  it('names the file that cannot be used, and creates nothing', async () => {
    for (const [file, reason] of [
      ['missing.rlp.gz', 'there is no such file'],
      ['folder.rlp', 'it is not a file'],
    ] as const) {
      const ran = await importing('nowhere', file)
      expect(ran.exit, file).to.equal(2)
      expect(ran.err)
        .to.include(`${at(file)}: ${reason}`)
        .and.include('CLI_INPUT')
      expect(existsSync(at('nowhere'))).to.equal(false)
    }
    for (const target of [join(at('no-such-folder'), 'x.rlp'), at('folder.rlp')]) {
      const ran = await ledger('export', 'data', target)
      expect(ran.exit, target).to.equal(2)
      expect(ran.err).to.include(target).and.include('CLI_INPUT')
    }
    const junk = await importing('junk', 'junk.rlp.gz')
    expect(junk.exit).to.equal(1)
    expect(junk.err).to.include('cut off, or it is not a gzip file').and.include('LEDGER_BLOCK_REFUSED')
  })
})
