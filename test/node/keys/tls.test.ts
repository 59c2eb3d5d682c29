import { randomBytes, X509Certificate } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { makeRootCertificate, makeServerCertificate } from '../../../node/keys/certificates.ts'
import { openCustody } from '../../../node/keys/custody.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { tlsFiles } from '../../../node/keys/tls.ts'
import { systemClock } from '../../../node/lib/time.ts'
import { failureOf } from '../../support/failure.ts'
import { temporaryDirectory } from '../store/support.ts'

describe('a certificate for https', () => {
  const directory = temporaryDirectory()
  const files = () => ({ certificate: join(directory.path, 'tls.crt'), key: join(directory.path, 'tls.key') })
  const write = async (hostname: string, key = new SoftwareSigner(makeP256Pem())) => {
    const ca = new SoftwareSigner(makeP256Pem())
    const root = await makeRootCertificate(ca, 'Test root', systemClock() - 60, randomBytes)
    writeFileSync(files().certificate, await makeServerCertificate(ca, root, key, hostname, systemClock(), randomBytes))
    writeFileSync(files().key, key.pkcs8)
  }

  it("of the install's own CA is for the public URL and this machine, signed by the root, with a new key each time", async () => {
    const custody = await openCustody(
      directory.path,
      { name: 'Test', url: 'https://id.example' },
      systemClock(),
      randomBytes,
    )
    const [one, other] = await Promise.all([0, 1].map(() => custody.tls('id.example', systemClock())))
    const leaf = new X509Certificate(one?.cert ?? '')
    for (const host of ['id.example', 'localhost']) expect(leaf.checkHost(host), host).to.equal(host)
    for (const ip of ['127.0.0.1', '::1']) expect(leaf.checkIP(ip), ip).to.equal(ip)
    expect(leaf.checkHost('other.example')).to.equal(undefined)
    expect(leaf.keyUsage, 'extended').to.deep.equal(['1.3.6.1.5.5.7.3.1'])
    expect(leaf.ca).to.equal(false)
    expect(leaf.verify(new X509Certificate(readFileSync(join(directory.path, 'ca.crt'))).publicKey)).to.equal(true)
    expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).to.equal(397 * 86_400_000)
    expect(one?.key).not.to.equal(other?.key)
  })

  for (const hostname of ['id.example', '127.0.0.1', '[2001:db8::1]']) {
    it(`is accepted from files, for ${hostname}`, async () => {
      await write(hostname)
      const { cert, key } = await tlsFiles(files(), hostname)()
      expect(cert).to.include('BEGIN CERTIFICATE')
      expect(key).to.include('BEGIN PRIVATE KEY')
    })
  }

  it('is read from the files each time', async () => {
    await write('id.example')
    const source = tlsFiles(files(), 'id.example')
    const before = await source()
    await write('id.example')
    expect((await source()).cert).not.to.equal(before.cert)
  })

  it('is refused if it is for another host', async () => {
    await write('other.example')
    const failure = await failureOf(tlsFiles(files(), 'id.example')())
    expect(failure.code).to.equal('KEYS_TLS')
    expect(failure.message).to.include('it is not for id.example')
  })

  it('is refused if the key is not its own, and the error does not quote the key', async () => {
    await write('id.example')
    const other = makeP256Pem()
    writeFileSync(files().key, other)
    const failure = await failureOf(tlsFiles(files(), 'id.example')())
    expect(failure.code).to.equal('KEYS_TLS')
    expect(`${failure.message} ${failure.stack} ${String(failure.cause)}`).not.to.include(other.split('\n')[1])
  })

  for (const what of ['certificate', 'key'] as const) {
    it(`is refused if the file of its ${what} is missing or contains something else`, async () => {
      await write('id.example')
      writeFileSync(files()[what], 'none')
      expect((await failureOf(tlsFiles(files(), 'id.example')())).code).to.equal('KEYS_TLS')
      rmSync(files()[what])
      const failure = await failureOf(tlsFiles(files(), 'id.example')())
      expect(failure.detail).to.deep.equal({
        code: 'KEYS_TLS',
        file: files()[what],
        reason: 'it cannot be read (ENOENT)',
      })
    })
  }
})
