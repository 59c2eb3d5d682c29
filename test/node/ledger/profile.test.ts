import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { signProfile, withNewCheckpoint } from '../../../node/ledger/profile.ts'
import { thumbprint } from '../../../node/lib/jwk.ts'
import { DAY } from '../../../node/lib/time.ts'
import { parseHeader } from '../../../node/proof/header.ts'
import { verifyProfile } from '../../../node/proof/profile.ts'
import { codeOf } from '../proof/refused.ts'
import { address, bytes32, LedgerWorld } from '../verifier/replica/ledger-world.ts'

describe('ledger profile', () => {
  it('gets a newer checkpoint after a week, from validators that the old one vouches for', async function () {
    this.timeout(20_000)
    const world = await LedgerWorld.open()
    try {
      const header = async () => parseHeader(await world.ledger.request('eth_getBlockByNumber', ['latest', false]))
      expect(withNewCheckpoint(world.profile, await header())).to.equal(null)
      const old = {
        ...world.profile,
        checkpoint: { ...world.profile.checkpoint, time: world.profile.checkpoint.time - 8 * DAY },
      }
      await world.anchor(bytes32(1))
      const newest = await header()
      const renewed = withNewCheckpoint(old, newest)
      expect(renewed).to.deep.include({ version: 2, validators: world.profile.validators })
      expect(renewed?.checkpoint).to.deep.include({ height: newest.number, time: newest.timestamp })
      const signer = new SoftwareSigner(makeP256Pem())
      if (!renewed) throw new Error('no checkpoint')
      expect(verifyProfile(signProfile(renewed, signer), thumbprint(signer.publicKey.jwk))).to.deep.equal(renewed)
      expect(withNewCheckpoint({ ...old, seals: 'none' }, newest)).to.equal(null)
      const strangers = { ...old, validators: [address(9)] }
      expect(codeOf(() => withNewCheckpoint(strangers, newest))).to.equal('PROOF_SET_UNTRUSTED')
    } finally {
      await world.close()
    }
  })
})
