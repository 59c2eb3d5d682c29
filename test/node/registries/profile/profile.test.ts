import { join } from 'node:path'
import { expect } from 'chai'
import { makeP256Pem, SoftwareSigner } from '../../../../node/keys/signer.ts'
import { DAY } from '../../../../node/lib/time.ts'
import { parseHeader } from '../../../../node/proof/header.ts'
import { verifyProfile } from '../../../../node/proof/profile.ts'
import { checkpointAt, isCheckpointOld } from '../../../../node/registries/profile/profile.ts'
import { ProfileFile } from '../../../../node/registries/profile/profile-file.ts'
import { failureOf } from '../../../support/failure.ts'
import { temporaryDirectory } from '../../ledger/embedded/fixture.ts'
import { codeOf } from '../../proof/refused.ts'
import { address, bytes32, LedgerWorld } from '../../verifier/replica/ledger-world.ts'

describe('ledger profile', () => {
  it('gets a newer checkpoint after a day, from validators that the old one vouches for', async function () {
    this.timeout(20_000)
    const world = await LedgerWorld.open()
    try {
      const { profile } = world
      const { time } = profile.checkpoint
      expect(isCheckpointOld(profile, time + DAY - 1)).to.equal(false)
      expect(isCheckpointOld(profile, time + DAY)).to.equal(true)
      expect(isCheckpointOld({ ...profile, seals: 'none' }, time + DAY)).to.equal(false)
      await world.anchor(bytes32(1))
      const newest = parseHeader(await world.ledger.request('eth_getBlockByNumber', ['latest', false]))
      const changes = checkpointAt(profile, [newest])
      expect(changes.validators).to.deep.equal(profile.validators)
      expect(changes.checkpoint).to.deep.include({ height: newest.number, time: newest.timestamp })
      const strangers = { ...profile, validators: [address(9)] }
      expect(codeOf(() => checkpointAt(strangers, [newest]))).to.equal('PROOF_SET_UNTRUSTED')
    } finally {
      await world.close()
    }
  })

  it('is a file that is created once, and whose versions are signed with one key', async function () {
    this.timeout(20_000)
    const world = await LedgerWorld.open()
    const directory = temporaryDirectory()
    const path = join(directory.path, 'ledger.json')
    const signer = new SoftwareSigner(makeP256Pem())
    const never = () => Promise.reject(new Error('made twice'))
    try {
      const file = await ProfileFile.open(path, signer, async () => world.profile)
      expect(file.profile).to.deep.equal(world.profile)
      file.change({ witnesses: { keys: ['a'], quorum: 1 } })
      expect(file.profile).to.deep.equal({ ...world.profile, version: 2, witnesses: { keys: ['a'], quorum: 1 } })
      const again = await ProfileFile.open(path, signer, never)
      expect([again.text, again.profile]).to.deep.equal([file.text, file.profile])
      expect(verifyProfile(again.text, again.key)).to.deep.equal(file.profile)
      const stranger = new SoftwareSigner(makeP256Pem())
      expect(await failureOf(ProfileFile.open(path, stranger, never))).to.have.property('code', 'PROOF_PROFILE_INVALID')
      // A quorum that cannot be reached, or a witness that is named twice, makes a profile invalid.
      for (const witnesses of [
        { keys: ['a'], quorum: 2 },
        { keys: ['a', 'a'], quorum: 1 },
      ]) {
        again.change({ witnesses })
        expect(codeOf(() => verifyProfile(again.text, again.key))).to.equal('PROOF_PROFILE_INVALID')
      }
    } finally {
      directory.remove()
      await world.close()
    }
  })
})
