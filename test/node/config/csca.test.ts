import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeCountrySigner } from '../../../node/chip/document/make-certificates.ts'
import { readCountrySigners } from '../../../node/config/csca.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { DAY } from '../../../node/lib/time.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { random } from '../../support/world.ts'

describe('the country signing CAs of an install', () => {
  const data = scratchDirectory('csca')
  const key = new SoftwareSigner(makeP256Pem())
  let der: Uint8Array

  before(async () => {
    mkdirSync(join(data, 'csca'))
    const now = 1_780_000_000
    der = await makeCountrySigner(key, { commonName: 'CSCA', notBefore: now, notAfter: now + DAY }, random)
  })
  after(() => rmSync(data, { recursive: true, force: true }))

  it('are none without a directory', () => {
    expect(readCountrySigners(join(data, 'none'))).to.deep.equal([])
  })

  it('are certificates as DER or PEM; other files are ignored', () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`
    writeFileSync(join(data, 'csca', 'a.der'), der)
    writeFileSync(join(data, 'csca', 'b.pem'), pem)
    writeFileSync(join(data, 'csca', 'README'), 'text')
    expect(readCountrySigners(data).map(({ keyId }) => keyId)).to.deep.equal([key.keyId, key.keyId])
  })

  it('are no other files with such a name', () => {
    for (const bytes of [new Uint8Array(), der.subarray(0, -1), new Uint8Array(20_000), Buffer.from('text')]) {
      writeFileSync(join(data, 'csca', 'c.crt'), bytes)
      expect(() => readCountrySigners(data))
        .to.throw()
        .with.property('code', 'CONFIG_CSCA_UNREADABLE')
    }
  })
})
