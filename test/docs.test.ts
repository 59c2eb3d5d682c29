/** Checks the documentation: error codes have headings, and links and named files exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '..')
const DOCS = join(ROOT, 'docs')

/** Wherever in the program a code is written: the unions, and what is made without one. */
function codesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .flatMap(name => [...readFileSync(join(directory, name), 'utf8').matchAll(/\bcode: '([A-Z]+_[A-Z0-9_]+)'/g)])
    .map(([, code = '']) => code)
}

/** The codes that wallets are sent, as the union in issuer/oid4vci/errors.ts lists them. */
function protocolCodes(): string[] {
  const source = readFileSync(join(ROOT, 'node/issuer/oid4vci/errors.ts'), 'utf8')
  const [, union = ''] = /type OAuthErrorCode =([\s\S]*?)\n\n/.exec(source) ?? []
  return [...union.matchAll(/\| '([a-z_]+)'/g)].map(([, code = '']) => code)
}

const headingsOf = (markdown: string): string[] =>
  markdown
    .replace(/^```[\s\S]*?^```/gm, '')
    .split('\n')
    .filter(line => /^#{1,6} /.test(line))
    .map(line => line.replace(/^#+ /, ''))

/** As GitHub makes them of headings: lower case, punctuation dropped, spaces to hyphens. */
function anchorsOf(markdown: string): Set<string> {
  return new Set(
    headingsOf(markdown).map(heading =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  )
}

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => join('docs', name)),
]

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path)
  if (!existsSync(target)) return false
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).has(anchor)
}

/** The sources, and the pages that are no decision record themselves. */
const referringFiles = (): string[] => [
  ...['node', 'scripts'].flatMap(room =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter(name => /\.(tsx?|mjs)$/.test(name) && !name.includes('node_modules'))
      .map(name => join(room, name)),
  ),
  'hardhat.config.ts',
  ...pages.filter(page => !page.startsWith(join('docs', 'decisions'))),
]

/** Of the tests in a file, as they are written: a title may be a template. */
const titlesIn = (path: string): string[] =>
  [...readFileSync(path, 'utf8').matchAll(/\bit\((['"`])(.+?)\1,/g)].map(([, , title = '']) => title)

interface NamedTest {
  readonly path: string
  readonly title: string
}

/** A cell of a table: files below test/, each with the titles of its tests. */
const namedTests = (cell: string): NamedTest[] =>
  cell.split(/; (?=`)/).flatMap(part => {
    const [, path = '', titles = ''] = /^`([\w/-]+\.test\.ts)`: (.+)$/.exec(part) ?? []
    return titles.split(/(?<=\*), /).map(title => ({ path, title: title.replace(/^\*|\*$/g, '') }))
  })

const isThere = ({ path, title }: NamedTest): boolean =>
  path !== '' && existsSync(join(ROOT, 'test', path)) && titlesIn(join(ROOT, 'test', path)).includes(title)

describe('docs', () => {
  const errors = readFileSync(join(DOCS, 'errors.md'), 'utf8')
  const codes = [...new Set([...codesIn(join(ROOT, 'node')), ...protocolCodes()])]

  it('explain every error code under an anchor of its own', () => {
    expect(codes).to.include('STORE_IO').and.include('CLI_NODE_UNREACHABLE').and.include('CONFIG_FIXED')
    expect(protocolCodes()).to.include('invalid_grant').and.have.length.greaterThan(15)
    const anchors = anchorsOf(errors)
    expect(codes.filter(code => !anchors.has(code.toLowerCase()))).to.deep.equal([])
  })

  it('explain no code that is gone', () => {
    const shown = headingsOf(errors).filter(heading => /^[A-Z]+_[A-Z0-9_]+$|^[a-z]+_[a-z_]+$/.test(heading))
    // The command line's word for a failure that has no code.
    expect(shown.filter(heading => heading !== 'CLI_INTERNAL' && !codes.includes(heading))).to.deep.equal([])
  })

  it('have no broken links', () => {
    const broken = pages.flatMap(page => {
      const text = readFileSync(join(ROOT, page), 'utf8').replace(/^```[\s\S]*?^```/gm, '')
      return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, link = '']) => link)
        .filter(link => !/^[a-z]+:/.test(link) && !leadsSomewhere(page, link))
        .map(link => `${page}: ${link}`)
    })
    expect(broken).to.deep.equal([])
  })

  it('are all in the list of pages', () => {
    const list = readFileSync(join(DOCS, 'README.md'), 'utf8')
    const there = readdirSync(DOCS).filter(name => name.endsWith('.md') && name !== 'README.md')
    expect(there).to.have.length.greaterThan(10)
    expect(there.filter(name => !list.includes(`](${name})`))).to.deep.equal([])
  })

  it("answer a newcomer's questions with files that exist", () => {
    const page = readFileSync(join(DOCS, 'developer.md'), 'utf8')
    const [, section = ''] = /^## Where is it\?\n([\s\S]*?)^## /m.exec(page) ?? []
    const rows = [...section.matchAll(/^\| ([^|]+\?) \| `([^`]+)` \|$/gm)].map(([, question = '', file = '']) => ({
      question,
      file,
    }))
    const lines = section.split('\n').filter(line => line.startsWith('| ') && line !== '| question | file |')
    expect(rows, 'each row is a question and a file').to.have.length(lines.length)
    expect(new Set(rows.map(({ question }) => question)).size).to.be.at.least(20)
    expect(rows.filter(({ file }) => !existsSync(join(ROOT, file)))).to.deep.equal([])
  })

  it('name tests that are there', () => {
    const model = readFileSync(join(DOCS, 'threat-model.md'), 'utf8')
    const named = [...model.matchAll(/`([\w/-]+\.test\.ts)`/g)].map(([, path = '']) => path)
    expect(named).to.have.length.greaterThan(30)
    expect(named.filter(path => !existsSync(join(ROOT, 'test', path)))).to.deep.equal([])
  })

  it('name for each clause of HAIP tests that are there', () => {
    const page = readFileSync(join(DOCS, 'haip.md'), 'utf8')
    const rows = [...page.matchAll(/^\| ([\d., ]+) \| (.+) \| (.+) \| (.+) \|$/gm)]
    expect(rows, 'each row has four cells').to.have.length(page.match(/^\| \d/gm)?.length ?? 0)
    const of = (clause: string) => rows.filter(([, each]) => each === clause)
    for (const clause of [
      '4',
      '4.1',
      '4.2',
      '4.3',
      '4.4.1',
      '4.5.1',
      '5',
      '5.1',
      '5.2',
      '5.3.2',
      '6.1',
      '6.1.1',
      '7',
      '8',
    ]) {
      expect(of(clause), clause).not.to.deep.equal([])
    }
    const wrong = rows.flatMap(([, clause, demand, , cell = '']) =>
      /^— \S/.test(cell)
        ? []
        : namedTests(cell)
            .filter(each => !isThere(each))
            .map(({ path, title }) => `${clause} ${demand}: ${path} ${title}`),
    )
    expect(wrong).to.deep.equal([])
  })

  it('name for each part of the mission a test by its number, and a page', () => {
    const page = readFileSync(join(DOCS, 'mission.md'), 'utf8')
    const rows = [...page.matchAll(/^\| (\d+) \| (.+) \| (.+) \| \[.+\]\(.+\) \|$/gm)]
    expect(rows.map(([, part]) => Number(part))).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const wrong = rows.flatMap(([, part = '', , cell = '']) =>
      namedTests(cell)
        .filter(each => !isThere(each) || !new RegExp(`^mission [\\d, ]*\\b${part}\\b`).test(each.title))
        .map(({ path, title }) => `${part}: ${path} ${title}`),
    )
    expect(wrong).to.deep.equal([])
  })

  it('name attacks on the wallet that are tests, each with a result that exists', () => {
    const [, ...sections] = readFileSync(join(DOCS, 'wallet-attacks.md'), 'utf8').split(/^## By /m)
    const rows = sections.flatMap(section => {
      const tests = readFileSync(join(ROOT, /`(test\/[\w/-]+\.test\.ts)`/.exec(section)?.[1] ?? ''), 'utf8')
      const table = section.split('\n').filter(line => /^\| (?!attack |-)/.test(line) && !line.startsWith('|--'))
      return table.map(line => ({ name: line.split('|')[1]?.trim() ?? '', line, tests }))
    })
    expect(rows).to.have.length.greaterThan(25)
    expect(rows.filter(({ name, tests }) => !tests.includes(`it('${name}'`)).map(({ name }) => name)).to.deep.equal([])
    const named = rows.flatMap(({ line }) => [...line.matchAll(/`(WALLET_\w+)`/g)].map(([, code = '']) => code))
    expect(named.filter(code => !codes.includes(code))).to.deep.equal([])
  })

  it('name files of the glossary that exist', () => {
    const glossary = readFileSync(join(DOCS, 'glossary.md'), 'utf8')
    const named = [...glossary.matchAll(/`([\w.-]+\/[\w/.-]*)`/g)].map(([, path = '']) => path)
    expect(named.length).to.be.greaterThan(80)
    const exists = (path: string) => existsSync(join(ROOT, path)) || existsSync(join(ROOT, 'node', path))
    expect(named.filter(path => !exists(path))).to.deep.equal([])
  })

  describe('decision records', () => {
    const records = new Map(
      readdirSync(join(DOCS, 'decisions')).map(name => [
        name.slice(0, 3),
        readFileSync(join(DOCS, 'decisions', name), 'utf8'),
      ]),
    )
    const named = referringFiles().flatMap(path =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/decisions\/(\d{3})/g)].map(([, number = '']) => number),
    )

    it('are each named by a source file or another page', () => {
      expect(records.size).to.be.greaterThan(50)
      expect([...records.keys()].filter(number => !named.includes(number))).to.deep.equal([])
    })

    it('exist wherever one is named', () => {
      expect([...new Set(named)].filter(number => !records.has(number))).to.deep.equal([])
    })

    it('have a title with their number, context, choice and consequence', () => {
      for (const [number, text] of records) {
        const [title = '', ...headings] = headingsOf(text)
        expect(title).to.match(new RegExp(`^${number} \\S`))
        expect(headings, title).to.deep.equal(['Context', 'Choice', 'Consequence'])
      }
    })
  })
})
