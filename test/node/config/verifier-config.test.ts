import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ConfigError } from '../../../node/config/errors.ts'
import { openVerifierConfig, type RequestedVerifier, verifierConfigPath } from '../../../node/config/verifier-config.ts'

describe('the configuration of a verifier that runs alone', () => {
  let data: string
  beforeEach(() => {
    data = mkdtempSync(join(tmpdir(), 'dojang-verifier-haip-'))
  })
  afterEach(() => rmSync(data, { recursive: true, force: true }))

  const open = (given: Partial<RequestedVerifier> = {}) =>
    openVerifierConfig({ data, profileKey: 'A'.repeat(43), publicUrl: 'https://check.example', ...given })

  it('has HAIP off at first; it stays on at the next starts, and can be ended', async () => {
    expect((await open()).haip).to.equal(false)
    expect((await open({ haip: true })).haip).to.equal(true)
    expect((await open()).haip).to.equal(true)
    expect((await open({ haip: false })).haip).to.equal(false)
  })

  it('needs https for HAIP, but for a URL of this machine', async () => {
    const error = await open({ publicUrl: 'http://check.example', haip: true }).catch(thrown => thrown)
    expect(error).to.be.instanceOf(ConfigError)
    expect(existsSync(verifierConfigPath(data))).to.equal(false)
    expect((await open({ publicUrl: 'http://localhost:4110', haip: true })).haip).to.equal(true)
  })

  it('says that its directory cannot be written', async () => {
    const file = join(data, 'file')
    writeFileSync(file, '')
    const error = await open({ data: join(file, 'verifier') }).catch(thrown => thrown)
    expect(error.detail).to.deep.equal({ code: 'CONFIG_DATA', path: join(file, 'verifier'), reason: 'ENOTDIR' })
  })

  it('says what is wrong in a file that was changed', async () => {
    await open()
    for (const text of ['', '[]', '{"schema":2}']) {
      writeFileSync(verifierConfigPath(data), text)
      const error = await open().catch(thrown => thrown)
      expect(error.detail.code).to.equal('CONFIG_INVALID')
      expect(error.message).to.include(verifierConfigPath(data)).and.include('--profile FILE')
    }
  })
})
