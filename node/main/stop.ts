/** The scripts of package.json that run the program. */
const SCRIPTS = ['start', 'dojang']
const WATCH_MS = 1000

/**
 * Ends the process in order: with status 0 on SIGINT or SIGTERM, and with status 1 when the ledger or the store stopped
 * by itself. It first finishes what is under way. A second signal changes nothing.
 * @param failed resolves with the sentence for the operator; null: the part was closed
 */
export function stopInOrder(close: () => Promise<unknown>, failed: Promise<string | null>): void {
  let stopping = false
  const stop = async (why: string, status: number) => {
    if (stopping) return
    stopping = true
    process.stderr.write(`\n${why}: finishing what is under way…\n`)
    await close()
    process.exit(status)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(signal, 0))
  // The launcher (scripts/dojang.mjs) was killed.
  process.once('disconnect', () => void stop('The process that started this one has ended', 0))
  // npm passes SIGTERM on. If SIGKILL ended npm, only the new parent shows it. Without npm the parent is a shell, which may
  // end while its jobs go on.
  if (SCRIPTS.includes(process.env.npm_lifecycle_event ?? '')) {
    const npm = process.ppid
    const watch = () => process.ppid !== npm && void stop('npm has ended', 0)
    setInterval(watch, WATCH_MS).unref()
  }
  void failed.then(why => (why === null ? undefined : stop(why, 1)))
}
