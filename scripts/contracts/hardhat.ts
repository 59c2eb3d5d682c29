import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './copy.ts'

const CLI = join(ROOT, 'node_modules', 'hardhat', 'dist', 'src', 'cli.js')

export interface HardhatRun {
  readonly status: number
  /** Standard output and standard error, in the order of arrival. */
  readonly output: string
}

/** Runs Hardhat in a folder with this Node. @param echo prints the output at once */
export function runHardhat(folder: string, args: readonly string[], echo = false): Promise<HardhatRun> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' }
    const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        if (echo) process.stdout.write(text)
      })
    }
    child.on('error', reject)
    child.on('close', status => resolve({ status: status ?? 1, output }))
  })
}
