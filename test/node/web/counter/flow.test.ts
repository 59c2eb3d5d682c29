/** The counter's flow: every state of an application has a screen, and no order of answers shows a wrong one. */
import { expect } from 'chai'
import fc from 'fast-check'
import { type Application, deliveryOf, type Handout, lineFault } from '../../../../node/web/counter/flow/application.ts'
import { begin, type Event, type Flow, OFFLINE, reduce } from '../../../../node/web/counter/flow/flow.ts'
import { screenOf } from '../../../../node/web/counter/flow/screen.ts'

const NOW = 1_800_000_000
const application = (change: Partial<Application> = {}): Application => ({
  applicationId: 'A'.repeat(22),
  version: 1,
  state: 'applied',
  card: 'resident',
  kind: 'mobile',
  chip: null,
  fee: 0,
  refusal: null,
  job: null,
  times: {},
  txCodesLeft: 5,
  lineVerified: false,
  redemption: null,
  credentialId: null,
  block: null,
  ...change,
})
const handout: Handout = {
  offerUrl: 'openid-credential-offer://?x',
  walletLink: 'http://localhost:4103/wallet/offer?x',
  txCode: '123456',
  delivery: 'slip',
  expiresAt: NOW + 300,
}
const redemption = {
  walletName: 'Wallet',
  digits: '07',
  showsDigits: true,
  at: NOW,
  walletVerified: true,
  confirmedAt: null,
}
const run = (flow: Flow, ...events: Event[]) => events.reduce(reduce, flow)
const nameOf = (flow: Flow, now = NOW) => screenOf(flow, now).name

const identified: Event = {
  type: 'drafted',
  change: { card: 'resident', document: 'passport', documentNumber: 'M1', means: ['face-compared'] },
}
const shown = run(
  begin(),
  identified,
  { type: 'began', act: 'send' },
  { type: 'handed', application: application({ version: 3, state: 'offered' }), handout },
)
const redeemed = run(shown, { type: 'seen', application: application({ version: 4, state: 'offered', redemption }) })

describe('web/counter/flow', () => {
  it('sends nothing before the summary, and reaches it with a complete identity check only', () => {
    const flow = run(begin('resident'), { type: 'went', page: 'identity' }, { type: 'went', page: 'summary' })
    expect(nameOf(flow)).to.equal('identity')
    expect(nameOf(run(flow, identified, { type: 'went', page: 'summary' }))).to.equal('summary')
    expect(run(flow, identified).application).to.equal(null)
  })

  it('needs the number of every document, and none where the person has no document', () => {
    const named = run(begin('resident'), identified, { type: 'drafted', change: { documentNumber: ' ' } })
    expect(nameOf(run(named, { type: 'went', page: 'summary' }))).to.equal('choose')
    const without = run(named, { type: 'drafted', change: { document: 'none' } }, { type: 'went', page: 'summary' })
    expect(nameOf(without)).to.equal('summary')
  })

  describe('the applicant’s line', () => {
    const line = '010-1234-5678'
    const typed = run(begin('resident'), identified, { type: 'drafted', change: { line } })
    const checked = application({ version: 2, state: 'identity_checked' })
    const refused = (code: string): Event => ({ type: 'failed', problem: { code, cause: null } })

    it('has a page of its own, before the summary', () => {
      expect(nameOf(run(begin('resident'), { type: 'went', page: 'line' }))).to.equal('choose')
      expect(nameOf(run(typed, { type: 'went', page: 'line' }))).to.equal('line')
    })

    it('is asked for again, with what was typed, when the node refuses it or cannot know', () => {
      for (const code of ['ISSUER_LINE_NOT_OWN', 'ISSUER_LINE_UNKNOWN', 'RESIDENTS_LINES_UNAVAILABLE']) {
        const flow = run(
          typed,
          { type: 'went', page: 'summary' },
          { type: 'began', act: 'send' },
          { type: 'seen', application: checked },
          refused(code),
        )
        expect(nameOf(flow), code).to.equal('line')
        expect(flow.draft.line).to.equal(line)
        expect(nameOf(run(flow, { type: 'went', page: 'summary' }))).to.equal('summary')
      }
    })

    it('is not asked about again once it was verified', () => {
      const verified = application({ version: 3, state: 'identity_checked', lineVerified: true })
      const flow = run(typed, { type: 'verified', application: verified, line })
      expect(flow.verifiedLine).to.equal(line)
      expect(flow.application?.lineVerified).to.equal(true)
    })

    it('gets the code unless the clerk chooses the slip, and never where no messages can be sent', () => {
      const { draft } = typed
      expect(deliveryOf(draft, null, true)).to.equal('line')
      expect(deliveryOf(draft, null, false)).to.equal('slip')
      expect(deliveryOf({ ...draft, delivery: 'slip' }, null, true)).to.equal('slip')
      expect(deliveryOf({ ...draft, line: '', delivery: 'line' }, checked, true)).to.equal('slip')
      expect(deliveryOf({ ...draft, line: '' }, { ...checked, lineVerified: true }, true)).to.equal('line')
    })

    it('leaves the slip when the code was not sent', () => {
      const flow = run(typed, { type: 'began', act: 'send' }, refused('ISSUER_CODE_NOT_SENT'))
      expect(flow.draft.delivery).to.equal('slip')
      expect(flow.problem?.code).to.equal('ISSUER_CODE_NOT_SENT')
    })

    it('is a mobile number', () => {
      for (const good of ['010-1234-5678', '01012345678', '+82 10 1234 5678', ' 010 1234 5678 ']) {
        expect(lineFault({ ...typed.draft, line: good }), good).to.equal(undefined)
      }
      for (const bad of ['02-123-4567', '010-1234', '600125-2123456', 'toString', '010-1234-5678 and more']) {
        expect(lineFault({ ...typed.draft, line: bad }), bad).to.equal('malformed')
      }
      expect(lineFault({ ...typed.draft, line: ' ' })).to.equal('missing')
    })
  })

  it('counts the code down and takes it from the screen when its time is over', () => {
    expect(screenOf(shown, NOW)).to.deep.include({ name: 'show', secondsLeft: 300 })
    expect(screenOf(shown, NOW + 299)).to.deep.include({ name: 'show', secondsLeft: 1 })
    expect(screenOf(shown, NOW + 300)).to.deep.equal({ name: 'expired', elsewhere: false })
    const expired = run(shown, { type: 'seen', application: application({ version: 4, state: 'expired' }) })
    // The node's clock decides: this screen's may be slow.
    expect(screenOf(expired, NOW)).to.deep.equal({ name: 'expired', elsewhere: false })
  })

  it('takes the code from the screen once it was redeemed, and asks for the phone', () => {
    expect(screenOf(redeemed, NOW)).to.deep.equal({ name: 'same-phone', redemption })
  })

  it('a photographed code that another phone redeemed is stopped, and a new one can be made', () => {
    const stopped = run(
      redeemed,
      { type: 'began', act: 'stop' },
      { type: 'answered', application: application({ version: 5, state: 'identity_checked' }) },
    )
    expect(nameOf(stopped)).to.equal('stopped')
    expect(stopped.handout).to.equal(null)
    const next = { ...handout, txCode: '654321' }
    const again = run(
      stopped,
      { type: 'began', act: 'offer' },
      { type: 'handed', application: application({ version: 6, state: 'offered' }), handout: next },
    )
    expect(screenOf(again, NOW)).to.deep.include({ name: 'show', handout: next })
  })

  it('waits for the ledger after the phone was confirmed, and ends with the block', () => {
    const confirmed = run(
      redeemed,
      { type: 'began', act: 'same-phone' },
      {
        type: 'answered',
        application: application({ version: 5, state: 'offered', redemption: { ...redemption, confirmedAt: NOW } }),
      },
    )
    expect(nameOf(confirmed)).to.equal('issuing')
    const issued = run(confirmed, { type: 'seen', application: application({ version: 6, state: 'issued' }) })
    expect(nameOf(issued)).to.equal('issuing')
    const done = run(issued, { type: 'seen', application: application({ version: 7, state: 'issued', block: 9 }) })
    expect(nameOf(done)).to.equal('done')
  })

  it('keeps what was entered when the node refuses or cannot be reached', () => {
    const refused = run(
      begin(),
      identified,
      { type: 'began', act: 'send' },
      {
        type: 'failed',
        problem: { code: 'ISSUER_CENTRE_OUTSIDE', cause: null },
      },
    )
    expect(refused).to.deep.include({ doing: null, offline: false })
    expect(refused.problem?.code).to.equal('ISSUER_CENTRE_OUTSIDE')
    expect(refused.draft.documentNumber).to.equal('M1')
    const offline = run(
      begin(),
      identified,
      { type: 'began', act: 'send' },
      {
        type: 'failed',
        problem: { code: OFFLINE, cause: null },
      },
    )
    expect(offline).to.deep.include({ offline: true, doing: null })
    expect(offline.draft.documentNumber).to.equal('M1')
  })

  it('shows the code on when the watching request fails, and says that it is offline', () => {
    const lost = run(shown, { type: 'lost' })
    expect(lost.offline).to.equal(true)
    expect(nameOf(lost)).to.equal('show')
    expect(run(lost, { type: 'seen', application: application({ version: 3, state: 'offered' }) }).offline).to.equal(
      false,
    )
  })

  it('shows the newest state when another clerk was faster', () => {
    const conflict = run(
      redeemed,
      { type: 'began', act: 'same-phone' },
      {
        type: 'failed',
        problem: { code: 'ISSUER_APPLICATION_CHANGED', cause: null },
      },
    )
    expect(conflict).to.deep.include({ changedElsewhere: true, problem: null, doing: null })
    const seen = run(conflict, { type: 'seen', application: application({ version: 9, state: 'cancelled' }) })
    expect(screenOf(seen, NOW)).to.deep.equal({ name: 'ended', how: 'cancelled' })
  })

  it('starts no second act while one is awaited', () => {
    const first = run(redeemed, { type: 'began', act: 'stop' })
    expect(run(first, { type: 'began', act: 'same-phone' }).doing).to.equal('stop')
  })

  it('ignores an answer that a newer one overtook', () => {
    const late = run(redeemed, { type: 'seen', application: application({ version: 3, state: 'offered' }) })
    expect(nameOf(late)).to.equal('same-phone')
  })

  it('opens an application of another screen without its code', () => {
    const opened = begin(null, application({ state: 'offered' }))
    expect(screenOf(opened, NOW)).to.deep.equal({ name: 'expired', elsewhere: true })
  })

  it('ends a plastic card with the order to its producer', () => {
    const ordered = begin(null, application({ kind: 'ic-exchange', state: 'identity_checked' }))
    expect(nameOf(ordered)).to.equal('ordered')
    const done = run(ordered, {
      type: 'seen',
      application: application({ version: 2, kind: 'ic-exchange', state: 'issued' }),
    })
    expect(nameOf(done)).to.equal('done')
  })

  it('never shows a code of an application that is not offered, whatever the order of answers', () => {
    const states = ['applied', 'identity_checked', 'offered', 'issued', 'expired', 'cancelled', 'refused'] as const
    const seen = fc.record({ version: fc.nat(9), state: fc.constantFrom(...states) }).map(change => application(change))
    const event = fc.oneof(
      seen.map((found): Event => ({ type: 'seen', application: found })),
      seen.map((found): Event => ({ type: 'answered', application: found })),
      fc
        .nat(9)
        .map(
          (version): Event => ({ type: 'handed', application: application({ version, state: 'offered' }), handout }),
        ),
      fc.constantFrom<Event>({ type: 'began', act: 'stop' }, { type: 'lost' }),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), events => {
        const flow = run(begin(), ...events)
        if (screenOf(flow, NOW).name === 'show') expect(flow.application?.state).to.equal('offered')
        if (flow.handout !== null) expect(flow.application?.state).to.equal('offered')
      }),
    )
  })
})
