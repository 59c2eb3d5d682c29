import { expect } from 'chai'
import { fromUtf8, utf8 } from '../../../../../node/lib/bytes.ts'
import { ParseError } from '../../../../../node/lib/parse-error.ts'
import { DAY } from '../../../../../node/lib/time.ts'
import { openExport, sealExport } from '../../../../../node/web/wallet/core/cards/export.ts'
import { History } from '../../../../../node/web/wallet/core/cards/history.ts'
import { noticesOf } from '../../../../../node/web/wallet/core/cards/notices.ts'
import type { StoredCard } from '../../../../../node/web/wallet/core/cards/record.ts'
import { refreshStatuses } from '../../../../../node/web/wallet/core/cards/statuses.ts'
import type { HistoryEntry } from '../../../../../node/web/wallet/core/records.ts'
import { renewalObstacle, type Told } from '../../../../../node/web/wallet/core/renewal.ts'
import { MemoryWalletStore } from '../../../../../node/web/wallet/core/store/memory.ts'
import type { CardChecks } from '../../../../../node/web/wallet/core/trust/card-check.ts'
import type { Knowledge } from '../../../../../node/web/wallet/core/wallet.ts'
import { walletRefusal } from '../../../../support/phone.ts'
import { random } from '../../../../support/world.ts'

const NOW = 1_780_000_000
const card: StoredCard = {
  ...{
    id: 'a',
    credential: 'eyJ~',
    vct: 'urn:x',
    iss: 'https://i.example',
    name: { ko: '카드', en: 'Card' },
    labels: [],
  },
  ...{ organisation: null, receivedAt: NOW - DAY, expiresAt: NOW + 365 * DAY, keyLevel: 'software' },
  ...{ status: { word: 'VALID', at: NOW, since: NOW }, provisional: false, renewal: null },
}
const told: Told = {
  ...{ at: NOW, renewFrom: NOW + DAY, where: 'home', outdated: false },
  ...{ suspendedBy: null, suspendedSince: null, walletStopped: false },
}
const knowledge: Knowledge = { ledger: { state: 'none' }, online: true, clock: 'right' }
const protection = { level: 'software', persistent: true } as const

describe('notices', () => {
  const kinds = (change: Partial<StoredCard>, known = knowledge, protect = protection as { persistent: boolean }) =>
    noticesOf([{ ...card, ...change }], known, { ...protection, ...protect }, NOW).map(({ kind }) => kind)

  it('are none for a card that is good', () => {
    expect(kinds({})).to.deep.equal([])
  })

  it('remind of the renewal from ninety days before the end on, or from when the authority says', () => {
    expect(kinds({ expiresAt: NOW + 90 * DAY + 1 })).to.deep.equal([])
    expect(kinds({ expiresAt: NOW + 90 * DAY })).to.deep.equal(['expires_soon'])
    expect(kinds({ expiresAt: NOW })).to.deep.equal(['expired'])
    expect(kinds({ expiresAt: NOW + 90 * DAY, told: { ...told, renewFrom: NOW + 1 } })).to.deep.equal([])
    expect(kinds({ told: { ...told, renewFrom: NOW } })).to.deep.equal(['expires_soon'])
  })

  it('say that a renewal is not finished, and not that its old card was ended for it', () => {
    const status = { word: 'INVALID', at: NOW, since: NOW } as const
    expect(kinds({ renewing: true, status })).to.deep.equal(['renewal_unfinished'])
    const shown = { told: null, expiresAt: NOW + DAY, renewable: true, status }
    expect(renewalObstacle({ ...shown, renewing: true }, NOW)).to.equal(null)
    expect(renewalObstacle({ ...shown, renewing: false }, NOW)).to.equal('ended')
  })

  it('say how many days are left, and where the card is renewed', () => {
    const given = { ...card, expiresAt: NOW + 7 * DAY - 1, told: { ...told, renewFrom: NOW } }
    const [counter] = noticesOf([given], knowledge, protection, NOW)
    expect(counter).to.include({ days: 7, where: 'counter' })
    const renewal = {} as StoredCard['renewal']
    const [home] = noticesOf([{ ...given, renewal }], knowledge, protection, NOW)
    expect(home).to.include({ days: 7, where: 'home' })
    const [unknown] = noticesOf([{ ...given, renewal, told: null }], knowledge, protection, NOW)
    expect(unknown).to.include({ days: 7, where: null })
  })

  it('say what the authority said: outdated, this wallet stopped, suspended by whom and since when', () => {
    expect(kinds({ told: { ...told, outdated: true } })).to.deep.equal(['outdated'])
    expect(kinds({ told: { ...told, walletStopped: true } })).to.deep.equal(['wallet_stopped'])
    const status = { word: 'SUSPENDED', at: NOW, since: NOW } as const
    const suspended = { ...told, suspendedBy: 'telecom', suspendedSince: NOW - 60 } as const
    const [notice] = noticesOf([{ ...card, status, told: suspended }], knowledge, protection, NOW)
    expect(notice).to.deep.equal({ kind: 'suspended', cardId: 'a', since: NOW - 60, by: 'telecom' })
  })

  it('say nothing of a card that a newer one replaced', () => {
    const old = { ...card, status: { word: 'INVALID', at: NOW, since: NOW } as const }
    const ofAll = (...cards: StoredCard[]) => noticesOf(cards, knowledge, protection, NOW).length
    expect(ofAll(old, { ...card, id: 'b', receivedAt: NOW })).to.equal(0)
    expect(ofAll(old, { ...card, id: 'b', receivedAt: NOW, vct: 'urn:y' })).to.equal(1)
    expect(ofAll(old, { ...card, id: 'b', receivedAt: NOW, iss: 'https://j.example' })).to.equal(1)
    expect(ofAll(card, { ...old, id: 'b', receivedAt: NOW })).to.equal(1)
  })

  it('say what is wrong, the most urgent first', () => {
    expect(kinds({ status: { word: 'INVALID', at: NOW, since: NOW }, expiresAt: NOW })).to.deep.equal(['revoked'])
    expect(kinds({ status: { word: 'SUSPENDED', at: NOW, since: NOW } })).to.deep.equal(['suspended'])
    expect(kinds({ provisional: true, expiresAt: NOW + DAY })).to.deep.equal(['provisional'])
    expect(kinds({ status: { word: 'VALID', at: NOW - 8 * DAY, since: 0 } })).to.deep.equal(['status_old'])
    const wrong = { ...knowledge, clock: 'ahead' } as const
    const suspended = { word: 'SUSPENDED', at: NOW - 8 * DAY, since: 0 } as const
    const all = kinds({ status: suspended }, wrong, { persistent: false })
    expect(all).to.deep.equal(['suspended', 'clock', 'status_old', 'not_persistent'])
  })
})

describe('the status of the own cards', () => {
  const learned = async (before: StoredCard['status'], word: 'VALID' | 'SUSPENDED' | null, at: number) => {
    const store = new MemoryWalletStore()
    await store.commit([{ table: 'card', key: 'a', put: { ...card, status: before } }])
    const judge = async () => ({ finding: 'valid', organisation: null, status: word && { word, at } })
    await refreshStatuses(store, { judge } as unknown as CardChecks, NOW)
    return ((await store.get('card', 'a')) as StoredCard).status
  }

  it('keeps what it knew where nothing was learned, or something older', async () => {
    const known = { word: 'SUSPENDED', at: NOW, since: NOW - DAY } as const
    expect(await learned(known, null, NOW)).to.deep.equal(known)
    expect(await learned(known, 'VALID', NOW - 1)).to.deep.equal(known)
  })

  it('takes what is newer, and what is worse at any age', async () => {
    const known = { word: 'VALID', at: NOW, since: NOW - DAY } as const
    expect(await learned(known, 'SUSPENDED', NOW - 60)).to.include({ word: 'SUSPENDED', since: NOW - 60 })
    expect(await learned(known, 'VALID', NOW + 60)).to.deep.equal({ word: 'VALID', at: NOW + 60, since: NOW - DAY })
    const final = { word: 'INVALID', at: NOW, since: NOW } as const
    expect(await learned(final, 'VALID', NOW + 60)).to.deep.equal(final)
  })
})

describe('the export', () => {
  const passphrase = '긴 암호문구를 씁니다!'
  const entry: HistoryEntry = {
    ...{ id: '1', at: NOW, act: 'shared', party: 'A shop', host: null, purposes: [] },
    cards: [{ vct: 'urn:x', name: card.name, claims: [] }],
  }
  const content = { exportedAt: NOW, cards: [card], history: [entry] }

  it('opens with its passphrase, contains cards and history, and no key', async () => {
    const file = await sealExport(content, passphrase, { subtle: crypto.subtle, random })
    expect(fromUtf8(file)).not.to.include('eyJ~').and.not.to.include('A shop')
    const opened = await openExport(file, passphrase.normalize('NFD'), crypto.subtle)
    expect(opened).to.deep.equal({
      exportedAt: NOW,
      cards: [{ credential: 'eyJ~', name: card.name, receivedAt: card.receivedAt }],
      history: [entry],
    })
  })

  it('refuses a short passphrase, a wrong one, and a file of somebody else', async () => {
    const ports = { subtle: crypto.subtle, random }
    const short = await walletRefusal(sealExport(content, '열한 글자 암호예', ports))
    expect(short).to.deep.equal({ code: 'WALLET_PASSPHRASE', reason: 'too_short' })
    const file = await sealExport(content, passphrase, ports)
    const wrong = await walletRefusal(openExport(file, `${passphrase}?`, crypto.subtle))
    expect(wrong).to.deep.equal({ code: 'WALLET_PASSPHRASE', reason: 'wrong' })
    for (const text of ['', '{}', '{"format":"dojang-wallet-export","version":2,"iterations":600000}']) {
      let thrown: unknown
      await openExport(utf8(text), passphrase, crypto.subtle).catch(error => {
        thrown = error
      })
      expect(thrown).to.be.instanceOf(ParseError)
    }
  })
})

describe('the history', () => {
  it('is read with the newest first, and keeps a thousand entries', async () => {
    const store = new MemoryWalletStore()
    const history = await History.open(store, random)
    const entry = { act: 'shared', party: null, host: null, purposes: [], cards: [] } as const
    await store.commit([...Array(1005).keys()].map(i => history.remember({ ...entry, at: NOW + Math.floor(i / 10) })))
    const read = await history.read()
    expect(read).to.have.length(1000)
    expect(read[0]?.at).to.equal(NOW + 100)
    expect(read.map(({ id }) => id)).to.deep.equal(
      [...read]
        .map(({ id }) => id)
        .sort()
        .reverse(),
    )
    expect(await store.all('history')).to.have.length(1000)
    await history.clear()
    expect(await history.read()).to.deep.equal([])
  })

  it('keeps the order of one second when the page was loaded anew in it', async () => {
    const store = new MemoryWalletStore()
    const acts = ['received', 'shared', 'declined', 'removed'] as const
    for (const act of acts) {
      const history = await History.open(store, random)
      await store.commit([history.remember({ act, at: NOW, party: null, host: null, purposes: [], cards: [] })])
    }
    const read = await (await History.open(store, random)).read()
    expect(read.map(({ act }) => act)).to.deep.equal([...acts].reverse())
  })
})
