import { expect } from 'chai'
import { Finisher } from '../../../../node/issuer/anchoring/finish.ts'
import type { Issuance } from '../../../../node/issuer/anchoring/issuance.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { failureOf } from '../../../support/failure.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { issueOne, issuer, random } from '../../credential/support.ts'

const { prepared, receipt } = issueOne()
const unsigned = (credential: string) => credential.replace(/\.[^.~]+~/, '.~')

describe('finishing a card', () => {
  let steps: string[]
  let finisher: Finisher
  let issuance: Issuance

  beforeEach(async () => {
    steps = []
    const store = new MemoryStore()
    const vault = new Vault(store, random(32), random)
    const { person, op } = vault.createPerson()
    await store.commit([op])
    const does = (what: string) => async (given?: unknown) => {
      steps.push(given === undefined ? what : `${what} ${given}`)
    }
    finisher = new Finisher({
      vault,
      signer: {
        ...{ publicKey: issuer.publicKey, keyId: '0x' },
        sign: (data: Uint8Array) => {
          steps.push('signed')
          return issuer.sign(data)
        },
      } as never,
      batches: { settled: does('settled') } as never,
      credentials: { caughtUp: does('caught up'), get: () => ({ replaces: ['old'] }) } as never,
      replacement: { suspendOld: does('suspended') } as never,
    })
    const sealed = finisher.seal({ person, application: 'application' } as never, prepared, receipt)
    const { root, index: slot } = receipt
    issuance = { credentialId: 'id', holder: 'key', person: toHex(person), root, slot, notified: null, sealed }
  })

  it('signs at once what replaces nothing', async () => {
    const issued = await finisher.finish({ credentialId: 'id', prepared, receipt, replaces: [] })
    expect(issued.credentialId).to.equal('id')
    expect(steps).to.deep.equal(['signed'])
  })

  it('signs only when the cards that it ends are suspended', async () => {
    await finisher.finish({ credentialId: 'id', prepared, receipt, replaces: ['old', 'older'] })
    expect(steps).to.deep.equal(['caught up', 'suspended old,older', 'signed'])
  })

  it('gives the same card again from what is stored, when its batch is anchored', async () => {
    const first = await finisher.finish({ credentialId: 'id', prepared, receipt, replaces: [] })
    steps = []
    const again = await finisher.repeat('application', issuance, 'key')
    expect(unsigned(again.credential)).to.equal(unsigned(first.credential))
    expect(again.credentialId).to.equal('id')
    expect(steps).to.deep.equal([`settled ${receipt.root}`, 'suspended old', 'signed'])
  })

  for (const [what, holder, change] of [
    ['for another key', 'another key', {}],
    ['that the wallet gave up', 'key', { notified: 'failed' }],
    ['whose ten minutes are over', 'key', { sealed: null }],
  ] as const) {
    it(`gives no card again ${what}`, async () => {
      const failure = await failureOf(finisher.repeat('application', { ...issuance, ...change }, holder))
      expect(failure.detail).to.deep.equal({ code: 'ISSUER_ALREADY_ISSUED', application: 'application' })
      expect(steps).to.deep.equal([])
    })
  }

  it('opens what is stored for no other application', async () => {
    expect((await failureOf(finisher.repeat('another', issuance, 'key'))).code).to.equal('STORE_SEAL_BROKEN')
  })
})
