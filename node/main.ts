import { runCli } from './cli/run.ts'

// Loaded when it is needed: the other commands only talk to a running node, and should answer at once.
const start = async (options: Parameters<typeof import('./start.ts').start>[0]) =>
  (await import('./start.ts')).start(options)

process.exitCode = await runCli(process.argv.slice(2), { start })
