/** A card that the program does not know: a file, a grant, a register with its columns, and then a card in a wallet. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseCard } from '../../node/credential/card-file.ts'
import student from '../../node/credential/cards/student.json' with { type: 'json' }
import type { ResidentFacts } from '../../node/credential/subject.ts'
import { openVerifier } from '../../node/verifier/public.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { TestNode } from './support/node.ts'
import { csvOf, people } from './support/people.ts'
import { issue } from './support/steps.ts'
import { type PresentationRequest, presentationOf } from './wallet/present.ts'
import { Wallet } from './wallet/wallet.ts'

const FILE = 'node/credential/cards/student.json'
const PRELOAD = `--import=${join(import.meta.dirname, '..', 'support', 'shifted-clock.mjs')}`
/** Milliseconds: a little more than the council's delay in local mode. */
const DELAY = 305_000

const { card } = parseCard(student, FILE)
const [one, other] = people(2) as [ResidentFacts, ResidentFacts]
const enrolled: ResidentFacts = {
  ...one,
  columns: new Map([
    ['student_number', '202600042'],
    ['school', '가상대학교'],
    ['enrolled_until', '2029-02-28'],
  ]),
}

describe('e2e: a student card as a file', function () {
  this.timeout(120_000)
  let shift = -DELAY
  const node = new TestNode([], () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) }))
  const aside = scratchDirectory('e2e-student')
  const wallet = new Wallet(join(aside, 'wallet'))
  let proposal = ''
  let operation = ''

  before(() => node.start())
  after(async () => {
    await node.dispose()
    rmSync(aside, { recursive: true, force: true })
  })

  const cli = async (...args: string[]) => {
    const { exit, out, err } = await node.cli([...args, '--json'])
    expect(exit, err).to.equal(0)
    return JSON.parse(out)
  }
  const cards = async () => (await node.get('/operator/cards')).body.cards.map(({ id }: { id: string }) => id)

  it('is checked and added; the running node does not know it', async () => {
    expect((await cli('card', 'check', FILE)).card.id).to.equal('student')
    const added = await cli('card', 'add', FILE)
    expect(added).to.include({ card: 'student', vct: card.vct })
    proposal = added.proposal
    expect(proposal).to.include(`purpose=issue:${card.vct}`)
    expect(await cards()).not.to.include('student')
    const refused = await node.post('/operator/offers', { card: 'student', personalNumber: one.personalNumber })
    expect(refused.body.code).to.equal('ISSUER_CARD_UNKNOWN')
  })

  it('is not replaced by another file of the same name or type', async () => {
    const again = await node.cli(['card', 'add', FILE])
    expect(again.exit).to.equal(2)
    expect(again.err).to.include('CREDENTIAL_CARD_REPEATED')
  })

  it('is granted by the council with the command that was printed, and known after a restart', async () => {
    operation = (await cli(...proposal.split(' ').slice(1))).operation
    await node.stop()
    shift = 0
    await node.start()
    expect(await cards()).to.include('student')
    expect(JSON.stringify(await cli('council', 'lacking'))).to.include(card.vct)
    await cli('council', 'execute', operation)
    expect((await cli('council', 'lacking')).lacking).to.deep.equal([])
  })

  it('gets its facts from the columns of the register', async () => {
    const { body } = await node.import(csvOf([enrolled, other], card.columns))
    expect(body.report).to.include({ added: 2, rejectedTotal: 0 })
    const refused = await node.post('/operator/offers', { card: 'student', personalNumber: other.personalNumber })
    expect(refused.body).to.deep.include({ code: 'ISSUER_FACTS_MISSING', claims: ['student_number', 'school'] })
    expect(refused.body.text.ko).to.include('학번, 학교명')
  })

  it('mission 1: a card that is a file is issued to a wallet and verified', async () => {
    const { card: held, claims } = await issue(node, wallet, 'student', one.personalNumber)
    expect(claims).to.include({ student_number: '202600042', school: '가상대학교', department: null })
    const [, pinned = ''] = /Profile key +(\S+)/.exec(node.output) ?? []
    const { verifier, close } = await openVerifier(node.url, pinned)
    const request = { authorizationRequestPayload: { nonce: 'n-1', client_id: 'library' } } as PresentationRequest
    const paths = [['student_number'], ['anchor']]
    const presentation = await presentationOf(request, { query: 'student', card: held, paths })
    const verdict = await verifier.verify(presentation, { nonce: 'n-1', audience: 'library' })
    await close()
    expect(verdict.outcome, JSON.stringify(verdict)).to.equal('valid')
    expect(JSON.stringify(verdict.disclosed)).to.include('202600042')
  })

  it('cannot be changed by hand after that: the node does not start until the file is put back', async () => {
    const file = join(node.data, 'cards', 'student.json')
    const text = readFileSync(file, 'utf8')
    await node.stop()
    writeFileSync(file, text.replace('column:school', 'column:department'))
    const refused = await node.start().catch(error => error)
    expect(String(refused)).to.include('ISSUER_CARD_CHANGED').and.include(file).and.include('claims')
    renameSync(`${file}.issued`, file)
    await node.start()
    expect(await cards()).to.include('student')
  })
})
