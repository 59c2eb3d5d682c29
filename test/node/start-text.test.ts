import { join } from 'node:path'
import { expect } from 'chai'
import type { Authority } from '../../node/app.ts'
import { banner } from '../../node/start-text.ts'

const CHECKOUT = join(import.meta.dirname, '..', '..')

function bannerOf(data: string, witnesses: Authority['config']['witnesses'] = { quorum: 0, members: [] }): string {
  const config = {
    ...{ mode: 'local', publicUrl: 'http://localhost:4100', host: '127.0.0.1', port: 4100, rpcPort: 4101 },
    ...{ ledgerUrl: null, authority: { ko: '도장', en: 'Dojang' }, data, witnesses },
  }
  return banner({ config, profile: { chainId: 1 }, profileFile: { key: 'key' } } as unknown as Authority)
}

describe('the banner of a start', () => {
  it('names the data directory in the next commands, unless they find it by themselves', () => {
    expect(bannerOf(join(CHECKOUT, 'data')))
      .to.include('dojang -- residents')
      .and.not.include('--data')
    expect(bannerOf('/var/lib/dojang/data')).to.include('dojang -- --data /var/lib/dojang/data residents import')
    expect(bannerOf("/home/kim's files/data")).to.include(`--data '/home/kim'\\''s files/data' offer`)
  })

  it('says whether anybody witnesses the ledger', () => {
    const member = { key: 'k'.repeat(43), url: 'http://127.0.0.1:4111' }
    expect(bannerOf('/d')).to.include('no witnesses')
    expect(bannerOf('/d', { quorum: 1, members: [member, member] })).to.include('1 of 2 witnesses')
  })
})
