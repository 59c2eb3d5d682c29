import 'reflect-metadata'
import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import { expect } from 'chai'
import {
  makeLeafCertificate,
  makeRootCertificate,
  makeServerCertificate,
  toX5c,
} from '../../../node/keys/certificates.ts'
import { ACCOUNTS, openCustody } from '../../../node/keys/custody.ts'
import { SecretFiles, writeDurably } from '../../../node/keys/files.ts'
import { equalSecret } from '../../../node/keys/secret.ts'
import { makeP256Pem, SoftwareSigner } from '../../../node/keys/signer.ts'
import { toHex, utf8 } from '../../../node/lib/bytes.ts'
import { failureOf } from '../../support/failure.ts'
import { temporaryDirectory } from '../store/support.ts'

const NOW = 1_768_446_000
const AUTHORITY = { name: 'Fictitious Authority', url: 'https://id.example.kr' }
const ES256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const der = (x5c = '') => new X509Certificate(Buffer.from(x5c, 'base64'))

describe('secret files', () => {
  const directory = temporaryDirectory()

  it('are made once, readable only by the owner, and never overwritten', () => {
    const files = new SecretFiles(join(directory.path, 'keys'))
    expect(files.read('a')).to.equal(undefined)
    expect(files.readOrMake('a', () => 'first')).to.equal('first')
    expect(files.readOrMake('a', () => 'second')).to.equal('first')
    expect(new SecretFiles(files.directory).read('a')).to.equal('first')
    expect(statSync(files.directory).mode & 0o777).to.equal(0o700)
    expect(statSync(join(files.directory, 'a')).mode & 0o777).to.equal(0o600)
  })

  it('ignore a temporary file that a crash left, and replace it', () => {
    const files = new SecretFiles(directory.path)
    writeFileSync(join(directory.path, 'a.new'), 'torn')
    expect(files.read('a')).to.equal(undefined)
    expect(files.readOrMake('a', () => 'whole')).to.equal('whole')
    expect(existsSync(join(directory.path, 'a.new'))).to.equal(false)
  })

  it('are replaced completely, and no temporary file remains', () => {
    const path = join(directory.path, 'config')
    writeDurably(path, 'one')
    writeDurably(path, 'two\n', 0o644)
    expect(readFileSync(path, 'utf8')).to.equal('two\n')
    expect(readdirSync(directory.path)).to.deep.equal(['config'])
  })
})

describe('secrets', () => {
  it('are equal only if every character and the length are', () => {
    expect(equalSecret('token', 'token')).to.equal(true)
    for (const given of ['', 'toke', 'token ', 'Token', 'tokentoken'])
      expect(equalSecret(given, 'token')).to.equal(false)
  })
})

describe('a software signer', () => {
  it('makes signatures that its public key verifies, and its key id is the hash of that key', () => {
    const pem = makeP256Pem()
    const signer = new SoftwareSigner(pem)
    const signature = signer.sign(utf8('data'))
    expect(signature).to.have.length(64)
    expect(signer.publicKey.verify(utf8('data'), signature)).to.equal(true)
    expect(signer.publicKey.verify(utf8('date'), signature)).to.equal(false)
    expect(signer.keyId).to.equal(toHex(createHash('sha256').update(signer.publicKey.spki).digest()))
    expect(new SoftwareSigner(pem).keyId).to.equal(signer.keyId)
    expect(new SoftwareSigner(makeP256Pem()).keyId).to.not.equal(signer.keyId)
  })
})

describe('certificates', () => {
  const ca = new SoftwareSigner(makeP256Pem())
  const key = new SoftwareSigner(makeP256Pem())
  const subject = { commonName: 'Issuer', url: AUTHORITY.url, notBefore: NOW, notAfter: NOW + 1000 }
  const issue = async (url = AUTHORITY.url) => {
    const root = await makeRootCertificate(ca, 'Root', NOW, randomBytes)
    const leaf = await makeLeafCertificate(ca, root, key, { ...subject, url }, randomBytes)
    return { root: new X509Certificate(root), leaf: new X509Certificate(leaf), pem: leaf }
  }

  it('chain to the root; the root is a CA and the leaf is not', async () => {
    const { root, leaf } = await issue()
    expect(root.ca).to.equal(true)
    expect(root.verify(root.publicKey)).to.equal(true)
    expect(leaf.ca).to.equal(false)
    expect(leaf.checkIssued(root)).to.equal(true)
    expect(leaf.verify(root.publicKey)).to.equal(true)
    expect(leaf.verify(leaf.publicKey)).to.equal(false)
    expect(root.serialNumber).to.not.equal(leaf.serialNumber)
  })

  it('contain the key, the validity, and the URL that credentials name as their issuer', async () => {
    const { leaf, pem } = await issue()
    expect(leaf.publicKey.export({ type: 'spki', format: 'der' })).to.deep.equal(Buffer.from(key.publicKey.spki))
    expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).to.deep.equal([NOW * 1000, (NOW + 1000) * 1000])
    expect(leaf.subjectAltName).to.equal('DNS:id.example.kr, URI:https://id.example.kr')
    expect(Buffer.from(toX5c(pem), 'base64')).to.deep.equal(leaf.raw)
  })

  it('has no basicConstraints in a leaf: wallets fail on its empty SEQUENCE', async () => {
    const { leaf, root } = await issue()
    const server = await makeServerCertificate(ca, root.toString(), key, 'id.example.kr', NOW, randomBytes)
    const oid = Buffer.from('0603551d13', 'hex')
    expect(root.raw.includes(oid)).to.equal(true)
    for (const { raw } of [leaf, new X509Certificate(server)]) expect(raw.includes(oid)).to.equal(false)
  })

  it('name an IP address only in the URI', async () => {
    expect((await issue('http://127.0.0.1:4100')).leaf.subjectAltName).to.equal('URI:http://127.0.0.1:4100')
  })
})

describe('custody', () => {
  const directory = temporaryDirectory()

  it('makes a different key for each purpose, and opens the same keys again', async () => {
    const first = await openCustody(directory.path, AUTHORITY, NOW, randomBytes)
    const again = await openCustody(directory.path, AUTHORITY, NOW + 1_000_000, randomBytes)
    for (const name of ['credential', 'request'] as const) {
      expect(again[name].keyId).to.equal(first[name].keyId)
      expect(again[name].x5c).to.deep.equal(first[name].x5c)
      expect([again[name].notBefore, again[name].notAfter]).to.deep.equal([first[name].notBefore, first[name].notAfter])
      expect(first[name].x5c).to.have.length(1)
      expect(der(first[name].x5c[0]).subjectAltName).to.include(AUTHORITY.url)
      expect(der(first[name].x5c[0]).validFromDate.getTime()).to.equal(first[name].notBefore * 1000)
      expect(first[name].publicKey.verify(utf8('x'), again[name].sign(utf8('x')))).to.equal(true)
    }
    expect(again.master).to.deep.equal(first.master)
    expect(first.master).to.have.length(32)
    expect(again.operatorToken).to.equal(first.operatorToken)
    expect(first.operatorToken.length).to.be.at.least(43)
    expect([again.profile.keyId, again.auditor.keyId]).to.deep.equal([first.profile.keyId, first.auditor.keyId])
    for (const name of ACCOUNTS) expect(again.accounts[name].address).to.equal(first.accounts[name].address)

    const keys = [first.credential, first.request, first.profile, first.auditor].map(({ keyId }) => keyId)
    expect(new Set(keys).size).to.equal(keys.length)
    expect(new Set(ACCOUNTS.map(name => first.accounts[name].address)).size).to.equal(ACCOUNTS.length)
  })

  it('replaces the certificate of an earlier version, which has basicConstraints, and keeps key and term', async () => {
    const first = await openCustody(directory.path, AUTHORITY, NOW, randomBytes)
    const generator = await crypto.subtle.generateKey(ES256, true, ['sign', 'verify'])
    const old = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=old',
      keys: generator,
      signingAlgorithm: ES256,
      extensions: [new x509.BasicConstraintsExtension(false, undefined, true)],
    })
    writeDurably(join(directory.path, 'credential.crt'), old.toString('pem'))
    const { credential } = await openCustody(directory.path, AUTHORITY, NOW + 100, randomBytes, true)
    expect(credential.x5c[0]).to.not.equal(Buffer.from(old.rawData).toString('base64'))
    expect(der(credential.x5c[0]).raw.includes(Buffer.from('0603551d13', 'hex'))).to.equal(false)
    const { notBefore, notAfter, keyId } = first.credential
    expect(credential).to.include({ notBefore, notAfter, keyId })
    const again = await openCustody(directory.path, AUTHORITY, NOW + 200, randomBytes, true)
    expect(again.credential.x5c).to.deep.equal(credential.x5c)
  })

  it('makes all its files readable only by the owner', async () => {
    await openCustody(directory.path, AUTHORITY, NOW, randomBytes)
    for (const name of readdirSync(directory.path)) {
      expect(statSync(join(directory.path, name)).mode & 0o077, name).to.equal(0)
    }
  })

  it('has a certificate that outlives three-year cards which the key signs during its first year', async () => {
    const { credential } = await openCustody(directory.path, AUTHORITY, NOW, randomBytes)
    expect(credential.notAfter - credential.notBefore).to.be.at.least(4 * 365 * 86_400)
  })

  it('continues after a crash that left only some of the keys', async () => {
    const whole = await openCustody(directory.path, AUTHORITY, NOW, randomBytes)
    const half = join(directory.path, 'half')
    const files = new SecretFiles(half)
    for (const name of ['ca.pem', 'credential.pem', 'credential.term']) {
      writeDurably(join(half, name), readFileSync(join(directory.path, name), 'utf8'))
    }
    const opened = await openCustody(half, AUTHORITY, NOW + 100, randomBytes)
    expect(opened.credential.keyId).to.equal(whole.credential.keyId)
    expect(opened.credential.notBefore).to.equal(whole.credential.notBefore)
    expect(files.read('ca.crt')).to.be.a('string')
  })
})

describe('custody of an install in use', () => {
  const directory = temporaryDirectory()
  const path = (name: string) => join(directory.path, name)
  const reopen = () => openCustody(directory.path, AUTHORITY, NOW, randomBytes, true)
  beforeEach(() => openCustody(directory.path, AUTHORITY, NOW, randomBytes))

  it('does not make a new key for a missing one', async () => {
    const needed = ['master.key', 'credential.pem', 'credential.term', 'credential.crt', 'request.pem', 'ca.pem']
    for (const name of [...needed, 'validator.key', 'issuing.key', 'status.key', 'profile.pem', 'auditor.pem']) {
      const text = readFileSync(path(name), 'utf8')
      rmSync(path(name))
      expect((await failureOf(reopen())).detail, name).to.deep.equal({ code: 'KEYS_MISSING', file: path(name) })
      expect(existsSync(path(name)), name).to.equal(false)
      writeDurably(path(name), text)
    }
    await reopen()
  })

  it('makes a new operator token and webhook key, and opens without the keys that belong on other machines', async () => {
    const { operatorToken } = await reopen()
    for (const name of ['operator.token', 'webhook.pem', 'deployer.key', 'governor.key', 'council.key', 'guardian.key'])
      rmSync(path(name))
    expect((await reopen()).operatorToken).to.not.equal(operatorToken)
  })

  it('names the file that contains no key, and quotes nothing of its content', async () => {
    for (const name of ['master.key', 'credential.pem', 'credential.term', 'issuing.key', 'operator.token']) {
      const text = readFileSync(path(name), 'utf8')
      for (const broken of ['', 'hunter2', text.slice(0, text.length / 2)]) {
        writeFileSync(path(name), broken)
        const failure = await failureOf(reopen())
        expect(failure.detail, `${name}: ${broken}`).to.deep.equal({ code: 'KEYS_UNREADABLE', file: path(name) })
        expect(`${failure.stack}${failure.cause}`).to.not.include('hunter2')
      }
      writeFileSync(path(name), text)
    }
    await reopen()
  })
})
