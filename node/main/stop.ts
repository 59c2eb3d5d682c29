/**
 * Ends the process in order: on SIGINT or SIGTERM with status 0, and with status 1 when what it stands on stopped by
 * itself. What is under way is finished first; asking twice changes nothing.
 * @param failed resolves with what to tell the operator; null: it stopped because it was closed
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
  void failed.then(why => (why === null ? undefined : stop(why, 1)))
}
