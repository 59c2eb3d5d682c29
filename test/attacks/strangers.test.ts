/** A stranger on the network, with no token, asks a running node for what only its operator may see or do. */
import { expect } from 'chai'
import { TestNode } from '../e2e/support/node.ts'

describe('attack: a stranger at the operator routes', function () {
  this.timeout(90_000)
  let node: TestNode

  before(async () => {
    node = await TestNode.start()
  })
  after(() => node.dispose())

  it('is refused whatever token is sent', async () => {
    for (const authorization of [undefined, 'Bearer', 'Bearer x', 'Basic b3BlcmF0b3I6', 'DPoP x']) {
      const response = await fetch(`${node.localUrl}/operator/lacking`, {
        headers: authorization === undefined ? {} : { authorization },
      })
      expect(response.status, authorization ?? 'no token').to.be.oneOf([401, 404])
    }
  })
})
