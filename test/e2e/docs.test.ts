/** Runs the scripts of the documentation pages, exactly as printed there, with a node that has issued a few cards. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ResidentFacts } from '../../node/credential/subject.ts'
import { openProfile } from '../../node/proof/profile.ts'
import { makePackage } from '../../scripts/package.ts'
import { until } from '../support/until.ts'
import { readLedger } from './support/ledger-reader.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { Child, ROOT } from './support/process.ts'
import { change, issue } from './support/steps.ts'
import type { PresentationRequest } from './wallet/present.ts'
import { presentationOf } from './wallet/present.ts'
import { Wallet } from './wallet/wallet.ts'

const [holder, other] = people(2) as [ResidentFacts, ResidentFacts]

/** The blocks of code whose first line says how to run them: `// node [--import tsx] <name> …`. */
function scriptsOf(page: string): Map<string, string> {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8')
  const blocks = [...text.matchAll(/^```(?:js|ts)\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
  return new Map(
    blocks.flatMap(code => {
      const name = /^\/\/ node (?:--import tsx )?([\w-]+\.(?:mjs|ts))/.exec(code)?.[1]
      return name === undefined ? [] : [[name, code]]
    }),
  )
}

describe('e2e: the scripts of the documentation', function () {
  this.timeout(120_000)
  let node: TestNode
  /** Inside the checkout, so that packages are found. */
  let folder: string
  let wallet: Wallet
  let profileKey: string
  const known = new Set<string>()

  before(async () => {
    mkdirSync(join(ROOT, '.dojang'), { recursive: true })
    folder = mkdtempSync(join(ROOT, '.dojang', 'docs-'))
    for (const page of ['auditor.md', 'verifier.md', 'developer.md']) {
      for (const [name, code] of scriptsOf(page)) {
        writeFileSync(join(folder, name), code.replaceAll("from './node/", "from '../../node/"))
        known.add(name)
      }
    }
    // What `npm pack` takes along, where an application has it.
    const installed = join(folder, 'node_modules', 'dojang')
    await makePackage(join(installed, 'dist'))
    copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    node = await TestNode.start()
    profileKey = openProfile((await (await fetch(`${node.url}/.well-known/dojang-ledger`)).text()).trim()).signer
    await node.import(csvOf([holder, other]))
    wallet = new Wallet(join(folder, 'wallet'))
    const { credentialId } = await issue(node, new Wallet(join(folder, 'others')), 'resident', other.personalNumber)
    await issue(node, wallet, 'resident', holder.personalNumber)
    await change(node, credentialId, 'suspend')
    await change(node, credentialId, 'reinstate')
    await change(node, credentialId, 'revoke')
  })
  after(async () => {
    await node?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const begin = (name: string, args: readonly string[], input = '') => {
    expect(known.delete(name), `a script ${name} in the pages`).to.equal(true)
    return Child.start(join(folder, name).slice(ROOT.length + 1), args, { input })
  }
  const run = async (name: string, args: readonly string[], input = '') => {
    const finished = await begin(name, args, input).finished()
    expect(finished.exit, finished.out + finished.err).to.equal(0)
    return finished.out
  }

  it('seals.ts checks every block', async () => {
    expect(await run('seals.ts', [node.rpcUrl])).to.match(/^\d+ blocks after genesis, each sealed by 0x/)
  })

  it('audit.mjs replays the history, and detects another profile key', async () => {
    const out = await run('audit.mjs', [node.url, node.rpcUrl, profileKey])
    expect(out).to.not.include('WRONG')
    expect(out.match(/^ok {6}batch \d+: root/gm)).to.have.length(2)
    expect(out.match(/^ok {6}list \d+: running hash/gm)).to.have.length(3)
    expect(out).to.include('no batch left out').and.include('statuses as published')
    known.add('audit.mjs')
    const wrong = await begin('audit.mjs', [node.url, node.rpcUrl, profileKey.toLowerCase()]).finished()
    expect(wrong.exit).to.equal(1)
    expect(wrong.out).to.match(/^WRONG {3}profile: signed by the pinned key$/m)
  })

  it('dojang audit executes and replays the history, and says what it found', async () => {
    const profile = join(folder, 'ledger.json')
    writeFileSync(profile, await (await fetch(`${node.url}/.well-known/dojang-ledger`)).text())
    const audit = (...more: string[]) => {
      const args = ['--profile', profile, '--from', node.rpcUrl, '--data', join(folder, 'audit'), '--json', ...more]
      return Child.start('node/main/main.ts', ['audit', ...args]).finished()
    }
    const key = join(node.data, 'keys', 'auditor.pem')
    const clean = await audit('--pin', profileKey, '--entries', key)
    expect(clean.exit, clean.err + clean.out).to.equal(0)
    expect(JSON.parse(clean.out)).to.deep.include({
      counts: { batches: 2, journalDays: 0, cards: 2, suspended: 1, reinstated: 1, revoked: 1 },
      findings: [],
    })
    // Another issuer has no files of these batches.
    const elsewhere = await audit('--pin', profileKey, '--files', `${node.url}/elsewhere`)
    expect(elsewhere.exit).to.equal(1)
    const { counts, findings } = JSON.parse(elsewhere.out)
    expect(counts.cards).to.equal(null)
    expect(findings.map(({ rule }: { rule: string }) => rule)).to.deep.equal(['manifest.missing', 'manifest.missing'])
    expect((await audit('--pin', profileKey.toLowerCase())).exit).not.to.equal(0)
  })

  it('entries.mjs decrypts a manifest with the auditor’s key', async () => {
    const [root = ''] = (await readLedger(node)).roots
    const out = await run('entries.mjs', [node.url, root, join(node.data, 'keys', 'auditor.pem')])
    expect(out).to.match(/^leaf \d+: urn:dojang:kr:resident:1, status \d+\/\d+/)
    expect(out.match(/^leaf /gm)).to.have.length(1)
  })

  it('receipt.mjs finds a card on the ledger, and refuses a changed card', async () => {
    const cards = join(folder, 'wallet', 'cards')
    const file = join(cards, readdirSync(cards)[0] ?? '')
    expect(await run('receipt.mjs', [node.rpcUrl, file])).to.match(/\nbatch 2 of organisation 1, anchored /)
    const card = JSON.parse(readFileSync(file, 'utf8'))
    const [header, payload, rest] = card.credential.split('.')
    const changed = JSON.parse(Buffer.from(payload, 'base64url').toString())
    changed.exp += 1
    card.credential = [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), rest].join('.')
    writeFileSync(join(folder, 'changed.json'), JSON.stringify(card))
    known.add('receipt.mjs')
    const wrong = await begin('receipt.mjs', [node.rpcUrl, join(folder, 'changed.json')]).finished()
    expect(wrong.exit).to.equal(1)
    expect(wrong.out).to.match(/^WRONG {3}card: its leaf leads to the root$/m)
  })

  it('ask.mjs requests a presentation and gets verdict and claims', async () => {
    const child = begin('ask.mjs', [node.operatorUrl, join(node.data, 'keys', 'operator.token'), 'bank'])
    await until('it shows the request', () => child.out.includes('\n') || !child.running, { withinMs: 30_000 })
    await wallet.present(child.out.split('\n')[0] ?? '')
    const { exit, out, err } = await child.finished()
    expect(exit, err).to.equal(0)
    expect(out).to.match(/\nvalid {2}· 유효한 신분증입니다\./)
    expect(out).to.match(/\nurn:dojang:kr:resident:1 .*\bpersonal_administrative_number\b/)
    expect(out, 'in person').to.match(/\bportrait\b/)
  })

  it('shop.mjs requests the claims of a preset and checks the VP token, using only the package', async () => {
    const authorizationRequestPayload = { nonce: 'n-0S6_WzA2Mj', client_id: 'https://shop.example' }
    const [card] = wallet.home.cards()
    if (!card) throw new Error('no card')
    const shown = (paths: string[][]) =>
      presentationOf({ authorizationRequestPayload } as unknown as PresentationRequest, {
        query: 'resident',
        card,
        paths,
      })
    const args = [node.url, profileKey, 'n-0S6_WzA2Mj', 'https://shop.example']
    const all = await shown([['family_name'], ['given_name'], ['birthdate'], ['anchor']])
    const [asked = '', ...rest] = (await run('shop.mjs', args, JSON.stringify({ resident: [all] }))).split('\n')
    expect(JSON.parse(asked).credentials.map(({ id }: { id: string }) => id)).to.deep.equal([
      'resident',
      'driver',
      'foreigner',
    ])
    expect(rest.join('\n')).to.match(/^valid urn:dojang:kr:resident:1 .*\bbirthdate\b/)
    known.add('shop.mjs')
    const less = await run('shop.mjs', args, JSON.stringify({ resident: [await shown([['family_name'], ['anchor']])] }))
    expect(less).to.match(/^retry claims_missing /m)
  })

  it('check.ts accepts a presentation only for its nonce and audience', async () => {
    const authorizationRequestPayload = { nonce: 'n-0S6_WzA2Mj', client_id: 'https://verifier.example' }
    const [card] = wallet.home.cards()
    if (!card) throw new Error('no card')
    const presentation = await presentationOf({ authorizationRequestPayload } as unknown as PresentationRequest, {
      query: 'resident',
      card,
      paths: [['family_name'], ['anchor']],
    })
    const args = [node.url, node.rpcUrl, profileKey]
    const good = await run('check.ts', [...args, 'n-0S6_WzA2Mj', 'https://verifier.example'], presentation)
    expect(good).to.match(/^valid urn:dojang:kr:resident:1 .*\bfamily_name\b/)
    known.add('check.ts')
    expect(await run('check.ts', [...args, 'another', 'https://verifier.example'], presentation)).to.match(/^replayed /)
  })

  it('ethers.mjs and viem.mjs read the ledger', async () => {
    for (const name of ['ethers.mjs', 'viem.mjs']) {
      const out = await run(name, [node.url, node.rpcUrl])
      expect(out.match(/^batch \d+: 16 leaves, root 0x[0-9a-f]{64}$/gm), out).to.have.length(2)
    }
  })

  it('no other scripts are in the pages', () => {
    expect([...known]).to.deep.equal([])
  })
})
