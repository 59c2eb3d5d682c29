import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { Wallet } from 'ethers'
import { NextAccounts } from '../../../node/keys/next-accounts.ts'
import { scratchDirectory } from '../../support/scratch.ts'

describe('the key that replaces an account', () => {
  let directory: string
  let accounts: NextAccounts
  const old = Wallet.createRandom()

  beforeEach(() => {
    directory = scratchDirectory('next')
    writeFileSync(join(directory, 'issuing.key'), old.privateKey, { mode: 0o600 })
    accounts = new NextAccounts(directory, randomBytes)
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const keyIn = (name: string) => join(directory, name)

  it('is made once, for the owner alone', () => {
    expect(accounts.get('issuing')).to.equal(undefined)
    const made = accounts.make('issuing')
    expect(accounts.make('issuing').address).to.equal(made.address)
    expect(accounts.get('issuing')?.address).to.equal(made.address)
    expect(accounts.get('status')).to.equal(undefined)
    expect(statSync(keyIn('issuing.next.key')).mode & 0o777).to.equal(0o600)
  })

  it('takes the place of the old one, which stays under another name', () => {
    const made = accounts.make('issuing')
    accounts.adopt('issuing', old.address)
    expect(readdirSync(directory).sort()).to.deep.equal(
      ['issuing.key', `issuing.replaced-${old.address.toLowerCase()}.key`].sort(),
    )
    accounts.make('issuing')
    expect(accounts.get('issuing')?.address).to.not.equal(made.address)
  })

  it('is taken into use when a crash came between the two steps, and not before the first one', () => {
    accounts.make('issuing')
    renameSync(keyIn('issuing.key'), keyIn(`issuing.replaced-${old.address.toLowerCase()}.key`))
    accounts.complete('issuing')
    expect(existsSync(keyIn('issuing.key'))).to.equal(true)
    expect(existsSync(keyIn('issuing.next.key'))).to.equal(false)
    accounts.make('status')
    accounts.complete('status')
    expect(existsSync(keyIn('status.key'))).to.equal(false)
  })
})
