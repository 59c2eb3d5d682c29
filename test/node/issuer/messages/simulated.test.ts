import { expect } from 'chai'
import { SimulatedMessages } from '../../../../node/issuer/messages/simulated.ts'
import type { LineMessage } from '../../../../node/residents/lines/messages.ts'

const message = (id: string): LineMessage => ({
  ...{ id, line: '+821012345678', kind: 'transaction-code', text: '493027', expiresAt: 1 },
})

describe('the telephones of the demo', () => {
  it('exist only in the demo, because a code in them reaches nobody', () => {
    for (const mode of ['local', 'production', 'toString']) {
      expect(() => new SimulatedMessages(mode), mode)
        .to.throw()
        .with.property('code', 'ISSUER_SIMULATOR_REFUSED')
    }
  })

  it('get a message once, and keep the last ones', async () => {
    const telephones = new SimulatedMessages('demo')
    for (const id of ['a', 'b', 'a']) await telephones.send(message(id))
    expect(telephones.sent.map(({ id }) => id)).to.deep.equal(['a', 'b'])
    for (let i = 0; i < 300; i++) await telephones.send(message(String(i)))
    expect(telephones.sent).to.have.length(200)
    expect(telephones.sent.at(-1)?.id).to.equal('299')
  })
})
