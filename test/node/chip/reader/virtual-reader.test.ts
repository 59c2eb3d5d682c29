/**
 * The adapter, the real library, the system's service and a virtual reader: `apt-get install pcscd vsmartcard-vpcd`, a
 * running `pcscd`, and `@pokusew/pcsclite`, from the project or from the directory in DOJANG_PCSCLITE. Skipped, and says so,
 * where one of them is missing.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ReaderDevice } from '../../../../node/chip/reader/card-reader.ts'
import { openPcsc } from '../../../../node/chip/reader/pcsc.ts'
import { readChip } from '../../../../node/chip/reader/read-chip.ts'
import { SoftwareCard } from '../../../../node/chip/software-card/software-card.ts'
import { random } from '../../../support/world.ts'
import { CHALLENGE, NUMBER, testImage } from '../support/image.ts'
import { failureOf } from '../support/readers.ts'
import { insertVirtually } from '../support/virtual-reader.ts'

const options = { cardAccessNumber: NUMBER, challenge: CHALLENGE, random }

async function library(): Promise<unknown> {
  const directory = process.env.DOJANG_PCSCLITE
  if (directory === undefined) return import('@pokusew/pcsclite' as string)
  return createRequire(join(directory, 'package.json'))('@pokusew/pcsclite')
}

describe('chip: a virtual PC/SC reader', () => {
  let device: ReaderDevice | undefined
  before(async function () {
    try {
      device = await openPcsc({ reader: 'Virtual PCD', load: library })
    } catch (error) {
      console.log(`      skipped: no virtual reader (${(error as { code?: string }).code})`)
      this.skip()
    }
  })
  after(() => device?.close())

  const present = async (wanted: boolean) => {
    while (device?.cardPresent() !== wanted) await new Promise(resolve => setTimeout(resolve, 50))
  }

  for (const extendedLength of [false, true]) {
    it(`reads the software card with ${extendedLength ? 'extended' : 'short'} lengths`, async function () {
      this.timeout(30_000)
      const image = testImage()
      const takeOut = await insertVirtually(new SoftwareCard(image, random, { extendedLength }))
      try {
        await present(true)
        const card = await (device as ReaderDevice).connect()
        const { dataGroups } = await readChip(card, options)
        expect(dataGroups.get(2)).to.deep.equal(image.files.get(0x0102))
        await card.close()
        // Without power the card has forgotten its session, and is read again.
        const again = await (device as ReaderDevice).connect()
        expect(await failureOf(readChip(again, { ...options, cardAccessNumber: '000000' }))).to.include({
          triesLeft: 9,
        })
        await again.close()
      } finally {
        takeOut()
      }
      await present(false)
      expect(await failureOf((device as ReaderDevice).connect())).to.include({ code: 'CHIP_NO_CARD' })
    })
  }
})
