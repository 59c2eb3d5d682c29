/** The profile of a network whose validators changed, on recorded blocks of Besu. */
import { expect } from 'chai'
import { renewCheckpoint } from '../../../node/authority/register.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { openProfile } from '../../../node/proof/profile.ts'
import { ProfileFile } from '../../../node/registries/profile/profile-file.ts'
import { recordedBlocks, recordedLedger, recordedProfile } from '../../support/besu-recording.ts'
import { temporaryDirectory } from '../ledger/embedded/fixture.ts'

describe('the profile of a network', () => {
  const { profile } = openProfile(recordedProfile)
  const setAt = (height: number) => recordedBlocks[height]?.validators
  const changes = recordedBlocks
    .map((_, height) => height)
    .filter(height => height > profile.checkpoint.height && String(setAt(height)) !== String(setAt(height - 1)))

  it('has a new version as soon as the validators changed, and not otherwise', async () => {
    const directory = temporaryDirectory()
    const signer = new SoftwareSigner(makeP256Pem())
    const file = await ProfileFile.open(`${directory.path}/ledger.json`, signer, async () => profile)
    const renewedAt = (height: number) => renewCheckpoint(file, recordedLedger(undefined, height))
    try {
      expect(changes.length).to.equal(2)
      const [removed, added] = changes as [number, number]
      await renewedAt(removed - 1)
      expect(file.profile.version).to.equal(1)
      await renewedAt(removed)
      await renewedAt(removed + 1)
      expect(file.profile).to.deep.include({ version: 2, validators: setAt(removed) })
      expect(file.profile.checkpoint.height).to.equal(removed)
      // Both changes at once, as after the node was down.
      await renewedAt(added)
      expect(file.profile).to.deep.include({ version: 3, validators: setAt(added) })
      expect(file.text).to.not.equal(recordedProfile)
    } finally {
      directory.remove()
    }
  })
})
