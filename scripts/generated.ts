/**
 * Builds the contracts in a separate directory and fails if `typechain-types/` differs from the result. The node uses only
 * these files, so with stale files it would deploy old contracts. Changes nothing in the working tree.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createHardhatRuntimeEnvironment } from 'hardhat/hre'
import config from '../hardhat.config.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Content by relative path. */
function contents(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(folder, path), readFileSync(path, 'utf8')]
    }),
  )
}

const aside = mkdtempSync(join(tmpdir(), 'dojang-generated-'))
try {
  const hardhat = await createHardhatRuntimeEnvironment(
    {
      ...config,
      paths: { ...config.paths, artifacts: join(aside, 'artifacts'), cache: join(aside, 'cache') },
      typechain: { ...config.typechain, outDir: join(aside, 'types') },
    },
    {},
    root,
  )
  await hardhat.tasks.getTask('build').run({ force: true, noTests: true, quiet: true })

  const fresh = contents(join(aside, 'types'))
  const kept = contents(join(root, 'typechain-types'))
  const stale = [...new Set([...kept.keys(), ...fresh.keys()])].filter(path => kept.get(path) !== fresh.get(path))
  if (stale.length > 0) {
    console.error('typechain-types/ does not match contracts/:\n')
    for (const path of stale) {
      const what = !fresh.has(path) ? 'its contract was removed' : kept.has(path) ? 'differs' : 'missing'
      console.error(`  ${path}: ${what}`)
    }
    console.error('\nRun `npm run build`, delete the files whose contract was removed, and commit typechain-types/.')
    process.exitCode = 1
  } else {
    console.log(`typechain-types/ matches contracts/ (${fresh.size} files)`)
  }
} finally {
  rmSync(aside, { recursive: true, force: true })
}
