/** Every text of the screens is in the catalogue, in Korean and in English. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseSync, Visitor } from 'vite'

const WEB = join(import.meta.dirname, '..', '..', '..', 'node', 'web')
const sources = readdirSync(WEB, { recursive: true, encoding: 'utf8' }).filter(
  name => /\.tsx?$/.test(name) && !name.startsWith('dist'),
)
const catalogues = sources.filter(name => /(^|\/)messages(\/|\.ts$)/.test(name))
const screens = sources.filter(name => !catalogues.includes(name))

/** Properties whose text a person sees or hears. */
const SPOKEN = new Set(['label', 'title', 'description', 'error', 'placeholder', 'alt', 'detail', 'caption', 'empty'])
const isText = (text: string) => /\p{Letter}/u.test(text)

/** Texts in the JSX of a module, and words in Hangul anywhere in it but its comments. */
function textsIn(code: string, name = 'screen.tsx'): string[] {
  const { program, errors } = parseSync(name, code)
  expect(errors).to.deep.equal([])
  const found: string[] = []
  const add = (text: string) => isText(text) && found.push(text.trim())
  new Visitor({
    JSXText: ({ value }) => void add(value),
    JSXAttribute({ name: { name: property }, value }) {
      const spoken = typeof property === 'string' && (SPOKEN.has(property) || property === 'aria-label')
      if (spoken && value?.type === 'Literal' && typeof value.value === 'string') add(value.value)
    },
    JSXElement({ children }) {
      for (const child of children) {
        if (child.type !== 'JSXExpressionContainer' || child.expression.type !== 'TemplateLiteral') continue
        for (const { value } of child.expression.quasis) add(value.raw)
      }
    },
    Literal({ value }) {
      if (typeof value === 'string' && /\p{Script=Hangul}/u.test(value)) add(value)
    },
    TemplateElement({ value }) {
      if (/\p{Script=Hangul}/u.test(value.raw)) add(value.raw)
    },
  }).visit(program)
  return found
}

describe('the texts of the screens', () => {
  it('are found where they should not be', () => {
    expect(textsIn('<p>Sign in</p>')).to.deep.equal(['Sign in'])
    expect(textsIn('<Button label="Sign in" kind="primary" />')).to.deep.equal(['Sign in'])
    expect(textsIn("const title = '로그인'")).to.deep.equal(['로그인'])
    expect(textsIn(`<p>{\`\${name} is here\`}</p>`)).to.deep.equal(['is here'])
    expect(textsIn('<p>{t.title} · {name}</p>')).to.deep.equal([])
  })

  it('are in the catalogue only', () => {
    expect(screens.length).to.be.greaterThan(20)
    const wrong = screens.flatMap(name =>
      textsIn(readFileSync(join(WEB, name), 'utf8'), name).map(text => `${name}: ${text}`),
    )
    expect(wrong).to.deep.equal([])
  })

  // An English text may quote a name in Hangul, as an example of what to type.
  it('are Korean in Korean and English in English', async () => {
    const wrong: string[] = []
    for (const name of catalogues) {
      const module = (await import(join(WEB, name))) as Record<string, unknown>
      for (const catalogue of Object.values(module)) {
        if (!isCatalogue(catalogue)) continue
        for (const [key, text] of Object.entries(catalogue.ko)) {
          const other = catalogue.en[key]
          if (key === 'switchLanguage') continue
          if (typeof text !== typeof other) wrong.push(`${name}: ${key}`)
          if (typeof text === 'string' && !/\p{Script=Hangul}/u.test(text)) wrong.push(`${name}: ${key} (ko)`)
          if (typeof other === 'string' && !/[a-z]{2}/i.test(other)) wrong.push(`${name}: ${key} (en)`)
        }
      }
    }
    expect(wrong).to.deep.equal([])
  })
})

type Half = Readonly<Record<string, unknown>>
const isCatalogue = (value: unknown): value is { ko: Half; en: Half } =>
  typeof value === 'object' && value !== null && 'ko' in value && 'en' in value
