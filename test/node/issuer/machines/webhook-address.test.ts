import { expect } from 'chai'
import { MachineError } from '../../../../node/issuer/machines/errors.ts'
import { mayConnect, requireWebhook } from '../../../../node/issuer/machines/webhook-address.ts'

const refusal = (url: string, privateNetwork = false, loopback = true): string | undefined => {
  try {
    requireWebhook({ url, privateNetwork }, loopback)
    return undefined
  } catch (error) {
    if (!(error instanceof MachineError) || error.detail.code !== 'MACHINE_WEBHOOK_REFUSED') throw error
    return error.detail.reason
  }
}

describe('the address of a webhook', () => {
  it('is https, or http on this host outside production', () => {
    for (const url of ['https://hooks.example.kr/dojang', 'https://203.0.113.5:8443/', 'http://127.0.0.1:9/x']) {
      expect(refusal(url), url).to.equal(undefined)
    }
    expect(refusal('http://[::1]:9/')).to.equal(undefined)
    expect(refusal('http://localhost:9/')).to.equal(undefined)
    expect(refusal('http://hooks.example.kr/')).to.equal('it is not https')
    expect(refusal('ftp://127.0.0.1/')).to.equal('it is not https')
    for (const url of ['http://127.0.0.1:9/', 'https://localhost/', 'http://[::1]/', 'https://127.1.2.3/']) {
      expect(refusal(url, true, false), url).to.match(/this host/)
    }
  })

  it('contains no secret', () => {
    for (const url of ['https://u@a.kr/', 'https://u:p@a.kr/', 'https://a.kr/?token=1', 'https://a.kr/#x']) {
      expect(refusal(url), url).to.match(/a user, a password/)
    }
    for (const url of ['', 'a.kr', '/x', `https://a.kr/${'x'.repeat(1100)}`]) {
      expect(refusal(url), url).to.equal('it is no URL')
    }
  })

  it('is private only where the administrator said so', () => {
    for (const host of ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '[fd00::1]']) {
      expect(refusal(`https://${host}/`), host).to.match(/private/)
      expect(refusal(`https://${host}/`, true), host).to.equal(undefined)
    }
    expect(refusal('https://172.32.0.1/')).to.equal(undefined)
  })

  it('is never that of a metadata service, of this network, or one that hides another', () => {
    const never = ['169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255', 'fe80::1', 'ff02::1', '::', '::7f00:1']
    for (const address of [...never, '64:ff9b::a00:1', '2002:a00:1::', '::ffff:0:10.0.0.1', 'x', '']) {
      expect(mayConnect(address, { url: '', privateNetwork: true }, true), address).to.equal(false)
    }
  })

  it('is judged the same however it is written', () => {
    const webhook = { url: '', privateNetwork: false }
    for (const address of ['::ffff:10.0.0.1', '::ffff:a00:1', '::ffff:169.254.169.254', '::ffff:127.0.0.1']) {
      expect(mayConnect(address, webhook, false), address).to.equal(false)
    }
    expect(mayConnect('::ffff:203.0.113.5', webhook, false)).to.equal(true)
    for (const host of ['0x7f000001', '2130706433', '127.1', '[::ffff:127.0.0.1]', 'localhost', 'LOCALHOST']) {
      expect(refusal(`https://${host}/`, true, false), host).to.match(/this host/)
    }
  })
})
