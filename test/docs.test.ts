/** Every coded error has its place on the page that explains them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '..')

function codesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => /(^|[\\/])errors\.ts$/.test(name))
    .flatMap(name => [...readFileSync(join(directory, name), 'utf8').matchAll(/\bcode: '([A-Z0-9_]+)'/g)])
    .map(([, code = '']) => code)
}

/** As GitHub makes them of headings: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(markdown: string): Set<string> {
  const headings = markdown.split('\n').filter(line => /^#{1,6} /.test(line))
  return new Set(
    headings.map(line =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

describe('docs', () => {
  it('explain every error code under an anchor of its own', () => {
    const codes = codesIn(join(ROOT, 'node'))
    expect(codes).to.include('STORE_IO').and.include('CLI_NODE_UNREACHABLE')
    const anchors = anchorsOf(readFileSync(join(ROOT, 'docs', 'errors.md'), 'utf8'))
    expect([...new Set(codes)].filter(code => !anchors.has(code.toLowerCase()))).to.deep.equal([])
  })
})
