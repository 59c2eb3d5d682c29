import { expect } from 'chai'
import { FakeNode, run } from './support.ts'

const ROUTE = 'GET /operator/lines/messages'

describe('cli: lines', () => {
  it('shows what the telephones of the demo received', async () => {
    const messages = [
      { id: 'A'.repeat(22), line: '+821000000041', kind: 'transaction-code', text: '확인 번호: 493027\nin 5 minutes' },
      { id: 'B'.repeat(22), line: '+821000000042', kind: 'installation-ended', text: '정지했습니다.' },
    ]
    await using node = await new FakeNode({ [ROUTE]: { body: { messages } } }).start()
    const { out, exit } = await run(['lines', 'messages', '--data', node.data])
    expect(exit).to.equal(0)
    expect(out).to.equal('+821000000041\n  확인 번호: 493027\n  in 5 minutes\n\n+821000000042\n  정지했습니다.\n')
    const json = await run(['lines', 'messages', '--json', '--data', node.data])
    expect(JSON.parse(json.out)).to.deep.equal({ messages })
  })

  it('says that there is none', async () => {
    await using node = await new FakeNode({ [ROUTE]: { body: { messages: [] } } }).start()
    expect((await run(['lines', 'messages', '--data', node.data])).out).to.equal('There are no messages.\n')
  })
})
