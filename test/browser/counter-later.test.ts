/**
 * What needs time, on a real node whose clock is moved between two starts: the passkey is asked for again before a card is
 * revoked, and a day of the journal is on the ledger.
 */
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import { DAY, MINUTE } from '../../node/lib/time.ts'
import { TestNode } from '../e2e/support/node.ts'
import { csvOf, people } from '../e2e/support/people.ts'
import { issue } from '../e2e/support/steps.ts'
import { Wallet } from '../e2e/wallet/wallet.ts'
import { scratchDirectory } from '../support/scratch.ts'
import { until } from '../support/until.ts'
import { builtScreens } from './support/built-screens.ts'
import { launchOrSkip } from './support/chromium.ts'
import { Clerk } from './support/clerk.ts'

const PRELOAD = `--import=${join(import.meta.dirname, '..', 'support', 'shifted-clock.mjs')}`

describe('browser: the counter, some time later', function () {
  this.timeout(180_000)
  const residents = people(1, 'later')
  const number = residents[0]?.personalNumber ?? ''
  let shift = 0
  const node = new TestNode([], () => ({ NODE_OPTIONS: PRELOAD, DOJANG_TEST_CLOCK_SHIFT: String(shift) }))
  let browser: Browser
  let administrator: Clerk
  let supervisor: Clerk
  let credentialId: string

  before(async function () {
    browser = await launchOrSkip(this)
    await builtScreens()
    await node.start()
    await node.printed(/Stop with Ctrl-C/)
    await node.import(csvOf(residents))
    administrator = await Clerk.enrol(browser, /http:\S+\/counter\/enrol#[\w-]+/.exec(node.output)?.[0] ?? '')
    const invited = await node.cli(['operator', 'invite', '--json', '--name', '이책임', '--role', 'supervisor'])
    supervisor = await Clerk.enrol(browser, JSON.parse(invited.out).enrolmentUrl)
    credentialId = (await issue(node, new Wallet(scratchDirectory('later')), 'resident', number)).credentialId
  })
  after(async () => {
    await browser?.close()
    await node.dispose()
  })

  async function later(seconds: number): Promise<void> {
    shift += seconds * 1000
    await node.stop()
    await node.start()
  }
  const status = async () => (await node.get(`/operator/credentials/${credentialId}`)).body.status

  for (const [language, size] of [
    ['ko', 'desk'],
    ['en', 'phone'],
  ] as const) {
    it(`refuses to revoke without a fresh touch of the passkey: ${language}, ${size}`, async () => {
      await supervisor.use(language, size)
      await later(3 * MINUTE)
      await supervisor.find(number)
      await supervisor.passkeys.verify(false)
      await supervisor.press('폐기', 'Revoke')
      await supervisor.choose('휴대전화 도난', 'Phone stolen')
      await supervisor.press('폐기하기', 'Revoke')
      await supervisor.seen('revoke-untouched', '패스키 확인이 끝나지 않았습니다', 'The passkey was not confirmed')
      expect(await status()).to.equal('VALID')
      await supervisor.passkeys.verify(true)
      await supervisor.press('변경하지 않고 돌아가기', 'Back without a change')
    })
  }

  it('and revokes when it was touched', async () => {
    await supervisor.press('폐기', 'Revoke')
    await supervisor.choose('휴대전화 도난', 'Phone stolen')
    await supervisor.passkeys.verify(false)
    await supervisor.press('폐기하기', 'Revoke')
    await supervisor.seen('revoke-again', '패스키 확인이 끝나지 않았습니다', 'The passkey was not confirmed')
    await supervisor.passkeys.verify(true)
    // The reason is still chosen.
    await supervisor.press('폐기하기', 'Revoke')
    await supervisor.seen('revoked-after-touch', '폐기했습니다', 'Revoked')
    expect(await status()).to.equal('INVALID')
  })

  it('shows that yesterday is on the ledger, with the block and the root that the ledger has', async () => {
    await later(DAY)
    const firstDay = async () => {
      const { days } = (await node.get('/operator/journal')).body
      return days.find(({ last }: { last: number | null }) => last !== null)
    }
    await until('yesterday is anchored', async () => (await firstDay())?.anchored != null, { withinMs: 30_000 })
    const { root, anchored } = await firstDay()
    for (const [language, size] of [
      ['ko', 'desk'],
      ['en', 'phone'],
    ] as const) {
      await administrator.use(language, size)
      await administrator.page.reload()
      if (language === 'ko') await administrator.signIn()
      await administrator.page.getByRole('link', { name: administrator.words('업무 기록', 'Journal') }).click()
      await administrator.seen('journal-anchored', '원장에 기록됨', 'On the ledger')
      const row = administrator.page.getByRole('row').filter({ hasText: root }).first()
      expect(await row.textContent()).to.include(
        administrator.words(`블록 ${anchored.block}`, `block ${anchored.block}`),
      )
    }
    const { exit, out } = await node.cli(['journal', 'check', '--json'])
    expect(exit).to.equal(0)
    expect(JSON.parse(out)).to.include({ daysOnLedger: 1, found: 0 })
  })
})
