/** An independent witness of transparency logs: `litewitness`, in a process of its own with an SSH agent for its key. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { COSIGNATURE_V1, formatNoteKey, parseNoteKey } from '../../node/proof/tlog/note.ts'
import { freePort } from './free-port.ts'
import { scratchDirectory } from './scratch.ts'
import { until } from './until.ts'

const ROOT = join(import.meta.dirname, '..', '..')
/** Where `npm run setup:witness` puts it. */
const PROGRAM = process.env.DOJANG_LITEWITNESS ?? join(ROOT, 'test', 'engines', 'bin', 'litewitness')

export const hasLitewitness = (): boolean => existsSync(PROGRAM)

export class Litewitness {
  readonly #children: ChildProcess[] = []

  private constructor(
    readonly url: string,
    /** Its note key. */
    readonly key: string,
    private readonly database: string,
  ) {}

  static async start(name: string): Promise<Litewitness> {
    const directory = scratchDirectory('litewitness')
    mkdirSync(directory, { recursive: true })
    const key = join(directory, 'key')
    const agent = join(directory, 'agent')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
    const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-l', '-f', `${key}.pub`])
      .toString()
      .split(' ')
    const blob = Buffer.from(
      execFileSync('cat', [`${key}.pub`])
        .toString()
        .split(' ')[1] ?? '',
      'base64',
    )
    const noteKey = formatNoteKey({ name, type: COSIGNATURE_V1, publicKey: new Uint8Array(blob.subarray(-32)) })
    const port = await freePort()
    const database = join(directory, 'witness.db')
    const witness = new Litewitness(`http://127.0.0.1:${port}`, noteKey, database)
    witness.#spawn('ssh-agent', ['-D', '-a', agent])
    await until('the agent listens', () => existsSync(agent))
    execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: agent } })
    witness.#spawn(PROGRAM, [
      ...['-db', database, '-key', fingerprint, '-name', name],
      ...['-ssh-agent', agent, '-listen', `127.0.0.1:${port}`],
    ])
    await until(
      'the witness answers',
      () =>
        fetch(witness.url).then(
          () => true,
          () => false,
        ),
      { withinMs: 20_000 },
    )
    return witness
  }

  /** The operator's command for it does not build everywhere, so the log is put into its database. */
  admit(logKey: string): void {
    const { name } = parseNoteKey(logKey)
    const database = new DatabaseSync(this.database)
    try {
      const empty = createHash('sha256').digest('base64')
      database.prepare('INSERT INTO log VALUES(?, 0, ?)').run(name, empty)
      database.prepare('INSERT INTO key VALUES(?, ?)').run(name, logKey)
    } finally {
      database.close()
    }
  }

  /** Like a machine that hangs. */
  freeze(): void {
    this.#children[1]?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#children[1]?.kill('SIGCONT')
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #spawn(program: string, args: readonly string[]): void {
    const child = spawn(program, args, { stdio: 'ignore' })
    child.once('error', () => undefined)
    process.once('exit', () => child.kill('SIGKILL'))
    this.#children.push(child)
  }
}
