import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { Journal } from '../../../../node/issuer/journal.ts'
import { Accounts } from '../../../../node/issuer/operators/accounts.ts'
import { Sessions } from '../../../../node/issuer/operators/sessions.ts'
import type { WriteOp } from '../../../../node/store/store.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { MemoryStore } from '../../../support/memory-store.ts'

/** Its commits wait while a test holds them. */
class HeldStore extends MemoryStore {
  held: Promise<void> = Promise.resolve()

  override async commit(ops: readonly WriteOp[]): Promise<number> {
    await this.held
    return super.commit(ops)
  }
}

describe('the sessions of operators', () => {
  let now = 1_800_000_000
  const random = (length: number) => randomBytes(length)
  const clock = () => now

  async function open() {
    const store = new HeldStore()
    const vault = new Vault(store, random(32), random)
    const journal = new Journal(store)
    const operatorUrl = 'http://localhost:4102'
    const accounts = new Accounts({ store, vault, journal, clock, random, operatorUrl, centres: () => null })
    const invitation = await accounts.inviteFirst()
    const code = new URL(invitation?.enrolmentUrl ?? '').hash.slice(1)
    const operator = await accounts.enrol(code, async () => ({ id: 'passkey', publicKey: 'AA', counter: 0 }))
    const sessions = new Sessions({ store, journal, accounts, clock, random })
    const { secret } = await sessions.start({ operator, counter: 1 }, undefined)
    return { store, accounts, sessions, operator, secret }
  }

  it('do not come back when a request is served while the sign-out is being written', async () => {
    const { store, sessions, secret, operator } = await open()
    now += 61
    const { promise, resolve } = Promise.withResolvers<void>()
    store.held = promise
    const ended = sessions.end(secret)
    const found = sessions.find(secret)
    const touched = sessions.touched(secret, { operator, counter: 1 })
    resolve()
    await ended
    expect(await found).to.equal(undefined)
    expect(await touched).to.equal(undefined)
    expect(await sessions.find(secret)).to.equal(undefined)
  })

  it('write to the database once a minute at most', async () => {
    const { store, sessions, secret } = await open()
    let commits = 0
    const { commit } = store
    store.commit = ops => {
      commits += 1
      return commit.call(store, ops)
    }
    for (let second = 0; second < 180; second++) {
      now += 1
      expect(await sessions.find(secret)).not.to.equal(undefined)
    }
    expect(commits).to.equal(3)
  })

  it('do not reopen an account that was stopped while its operator signed in', async () => {
    const { accounts, sessions, operator } = await open()
    await accounts.stop(operator.id, 'local')
    await sessions.start({ operator, counter: 7 }, undefined)
    expect(accounts.get(operator.id)).to.include({ state: 'stopped', passkey: null })
  })
})
