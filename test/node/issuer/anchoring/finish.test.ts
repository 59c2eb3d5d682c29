import { expect } from 'chai'
import { Finisher } from '../../../../node/issuer/anchoring/finish.ts'
import type { Issuance } from '../../../../node/issuer/anchoring/issuance.ts'
import { toHex } from '../../../../node/lib/bytes.ts'
import type { StatusName } from '../../../../node/proof/registries/status.ts'
import { Vault } from '../../../../node/store/vault.ts'
import { failureOf } from '../../../support/failure.ts'
import { openGate } from '../../../support/gate.ts'
import { MemoryStore } from '../../../support/memory-store.ts'
import { issueOne, issuer, random } from '../../credential/support.ts'

const { prepared, receipt } = issueOne()
const unsigned = (credential: string) => credential.replace(/\.[^.~]+~/, '.~')

describe('finishing a card', () => {
  let steps: string[]
  let finisher: Finisher
  let issuance: Issuance
  let status: StatusName

  beforeEach(async () => {
    steps = []
    status = 'VALID'
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
      batches: { whenAnchored: does('anchored') } as never,
      credentials: { catchUp: does('caught up'), get: () => ({ replaces: ['old'] }), statusOf: () => status } as never,
      replacement: {
        suspendOld: does('suspended'),
        suspendedBefore: ({ replaces }: { replaces: string[] }) => replaces,
      } as never,
      gate: openGate(),
    })
    const sealedPrepared = finisher.seal({ person, application: 'application' } as never, prepared, receipt)
    const { root, index: leafIndex } = receipt
    const facts = { credentialId: 'id', holderThumbprint: 'key', person: toHex(person), root, leafIndex }
    issuance = { ...facts, notified: null, sealedPrepared }
  })

  it('signs a card at once if it replaces none', async () => {
    const issued = await finisher.finish({ credentialId: 'id', prepared, receipt, suspends: [] })
    expect(issued.credentialId).to.equal('id')
    expect(steps).to.deep.equal(['signed'])
  })

  it('does not sign a card whose status was changed before its delivery', async () => {
    for (const changed of ['SUSPENDED', 'INVALID'] as const) {
      status = changed
      const failure = await failureOf(finisher.finish({ credentialId: 'id', prepared, receipt, suspends: [] }))
      expect(failure.detail).to.deep.equal({ code: 'ISSUER_CREDENTIAL_NOT_VALID', credential: 'id', status })
      expect((await failureOf(finisher.repeat('application', issuance, 'key'))).code).to.equal(failure.code)
    }
    expect(steps).to.not.include('signed')
  })

  it('signs a card after the cards that it replaces were suspended', async () => {
    await finisher.finish({ credentialId: 'id', prepared, receipt, suspends: ['old', 'older'] })
    expect(steps).to.deep.equal(['caught up', 'suspended old,older', 'signed'])
  })

  it('repeats the same card from the stored issuance, when its batch is anchored', async () => {
    const first = await finisher.finish({ credentialId: 'id', prepared, receipt, suspends: [] })
    steps = []
    const again = await finisher.repeat('application', issuance, 'key')
    expect(unsigned(again.credential)).to.equal(unsigned(first.credential))
    expect(again.credentialId).to.equal('id')
    expect(steps).to.deep.equal([`anchored ${receipt.root}`, 'caught up', 'suspended old', 'signed'])
  })

  for (const [what, holder, change] of [
    ['for another key', 'another key', {}],
    ['if the wallet reported a failure', 'key', { notified: 'failed' }],
    ['when its ten minutes are over', 'key', { sealedPrepared: null }],
  ] as const) {
    it(`does not repeat the card ${what}`, async () => {
      const failure = await failureOf(finisher.repeat('application', { ...issuance, ...change }, holder))
      expect(failure.detail).to.deep.equal({ code: 'ISSUER_ALREADY_ISSUED', application: 'application' })
      expect(steps).to.deep.equal([])
    })
  }

  it('cannot open the stored card of another application', async () => {
    expect((await failureOf(finisher.repeat('another', issuance, 'key'))).code).to.equal('STORE_SEAL_BROKEN')
  })
})
