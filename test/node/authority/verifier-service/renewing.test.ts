import { expect } from 'chai'
import { renewing } from '../../../../node/authority/verifier-service/renewing.ts'
import type { TrustedProfile } from '../../../../node/verifier/service/trusted-profile.ts'

describe('the profile of a verifier that runs alone', () => {
  it('that is newer is said to count from the next start on', async () => {
    const lines: unknown[] = []
    const profile = { version: 3, endpoints: ['https://a.example', 'https://b.example'] }
    const asked: string[] = []
    const renew = async (endpoint: string) => {
      asked.push(endpoint)
      if (endpoint !== 'https://a.example') return false
      profile.version = 4
      return true
    }
    let now = 10_000
    const ports = { clock: () => now, fetcher: fetch, warn: (...line: unknown[]) => void lines.push(line) }
    const sweep = renewing({ profile, renew } as unknown as TrustedProfile, ['https://mirror.example'], ports)
    await sweep()
    await sweep()
    expect(asked, 'once an hour').to.deep.equal(['https://mirror.example', 'https://a.example'])
    expect(lines).to.deep.equal([[{ version: 4 }, 'a newer profile is stored; start again to check cards by it']])
    now += 3600
    await sweep()
    expect(asked).to.have.length(4)
  })
})
