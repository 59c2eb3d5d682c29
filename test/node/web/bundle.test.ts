/** What a browser gets: only code of the rooms that it may have, and never the issuer's. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { build, type InlineConfig } from 'vite'
import { failureOf } from '../../support/failure.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const NODE = join(ROOT, 'node')

describe('the bundles of the screens', function () {
  this.timeout(60_000)
  const directory = scratchDirectory('bundle')
  let pageConfig: (of: object) => InlineConfig
  before(async () => {
    pageConfig = (await import(join(ROOT, 'scripts', 'web-vite.mjs'))).pageConfig
  })
  after(() => rmSync(directory, { recursive: true, force: true }))

  /** Builds a page whose script is this. */
  const bundle = (name: string, script: string) => {
    const root = join(directory, name)
    mkdirSync(root, { recursive: true })
    writeFileSync(join(root, 'index.html'), '<script type="module" src="./main.ts"></script>')
    writeFileSync(join(root, 'main.ts'), script)
    const input = { index: join(root, 'index.html') }
    return build(pageConfig({ directory: root, base: '/page/', outDir: join(root, 'out'), input }))
  }

  it('are not built with code of the issuer, of the store or of the keys', async () => {
    const foreign = [
      ['issuer/offers/errors.ts', 'issuer'],
      ['store/buckets.ts', 'store'],
      ['keys/errors.ts', 'keys'],
    ] as const
    for (const [file, room] of foreign) {
      const script = `import * as all from '${join(NODE, file)}'\nconsole.log(all)`
      expect(String(await failureOf(bundle(room, script))), file).to.include('no browser may get this code')
    }
  })

  it('may have the rooms that are made for browsers', async () => {
    await bundle('pure', `import { fromUtf8 } from '${join(NODE, 'lib/bytes.ts')}'\nconsole.log(fromUtf8)`)
  })
})
