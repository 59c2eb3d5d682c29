import { expect } from 'chai'
import { parseCardNumbers } from '../../../../node/web/counter/card-numbers.ts'

const A = 'a1'.repeat(16)
const B = '0f'.repeat(16)

describe('web/counter/card-numbers', () => {
  it('reads ids between lines, spaces, commas and semicolons, each once', () => {
    for (const text of [`${A}\n${B}`, ` ${A}, ${B} `, `${A};${B}\r\n${A}`, `${A.toUpperCase()}\t${B}`]) {
      expect(parseCardNumbers(text), text).to.deep.equal({ ids: [A, B], wrong: [] })
    }
    expect(parseCardNumbers(' \n ')).to.deep.equal({ ids: [], wrong: [] })
  })

  it('names what is no id: a personal number, half an id, two ids without a space', () => {
    const text = `900314-1234567\n${A.slice(1)}\n${A}${B}\n${B}`
    expect(parseCardNumbers(text)).to.deep.equal({ ids: [B], wrong: ['900314-1234567', A.slice(1), A + B] })
  })
})
