import { createServer } from 'node:net'

/** Each call gives another port: the system may name one again that was closed just before. */
export function freePorts(): () => Promise<number> {
  const given = new Set<number>()
  return async () => {
    for (;;) {
      const port = await freePort()
      if (given.has(port)) continue
      given.add(port)
      return port
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
