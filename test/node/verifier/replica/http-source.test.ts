import { expect } from 'chai'
import { HttpHeadSource } from '../../../../node/verifier/replica/http-source.ts'

const answering = (status: number, body: string) =>
  new HttpHeadSource('http://endpoint', async () => new Response(body, { status }))

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    error => error.toJSON(),
  )

describe('heads over HTTP', () => {
  it('an endpoint without an answer is named with its status', async () => {
    expect(await refusal(answering(404, 'no').snapshot())).to.include({ code: 'VERIFIER_ENDPOINT', status: 404 })
    expect(await refusal(answering(500, 'no').delta(1, 0))).to.include({ code: 'VERIFIER_ENDPOINT', status: 500 })
  })

  it('what are no statements of witnesses is refused with a code', async () => {
    expect(await answering(200, '["a"]').statements(1)).to.deep.equal(['a'])
    expect(await refusal(answering(200, '<html>').statements(1))).to.include({ code: 'PARSE_JSON' })
    for (const body of ['{}', '[1]', '"a"']) {
      expect(await refusal(answering(200, body).statements(1)), body).to.include({ code: 'PARSE_VALUE' })
    }
  })
})
