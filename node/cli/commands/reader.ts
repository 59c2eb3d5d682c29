/** `dojang reader`: serves the card reader of a desk to the page of the kiosk. */
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { toBase64url } from '../../lib/bytes.ts'
import { installConfig } from '../install.ts'
import { printResult, say } from '../terminal.ts'
import { type ContextOf, examples } from './context.ts'
import { parsePort } from './parse-port.ts'
import { openReader, type ReaderOptions, takesReader } from './reader-device.ts'

interface Flags extends ReaderOptions {
  readonly kiosk?: string
  readonly port: number
}

/** Below the public URL of an authority. */
const KIOSK = '/kiosk/'
const NO_INSTALL = 'Name the page of the kiosk with --kiosk URL, or the directory of a node with --data DIR.'
/** Of the browser of one machine. */
const CONNECTIONS = 32

export function addReader(program: Command, contextOf: ContextOf): void {
  const reader = program
    .command('reader')
    .description('serve the card reader of this machine to the page of the kiosk, until Ctrl+C: docs/chip.md')
    .option('--kiosk <url>', "the kiosk's page (default: that of the install)", parseUrl)
    .addOption(new Option('--port <port>', 'port on loopback; 0: any free port').argParser(parsePort).default(0))
  takesReader(reader)
    .addHelpText(
      'after',
      examples('dojang reader --kiosk https://id.example.kr/kiosk/', 'dojang reader --card data/chips/K12345678.json'),
    )
    .action(async (flags: Flags, command: Command) => {
      const context = contextOf(command)
      const { terminal } = context
      const page = new URL(flags.kiosk ?? `${installConfig(context.data, NO_INSTALL).publicUrl}${KIOSK}`)
      // Loaded here, so that other commands do not load the server.
      const [{ default: pino }, { createReaderDesk }, { closeServer, listen, PUBLIC_LIMITS }] = await Promise.all([
        import('pino'),
        import('../../http/reader-desk.ts'),
        import('../../http/server.ts'),
      ])
      const { device, printedNumber } = await openReader(context, flags)
      try {
        const token = toBase64url(randomBytes(32))
        const log = pino({ level: 'warn' }, terminal.stderr)
        const desk = createReaderDesk({ device, origin: page.origin, token, random: randomBytes, log })
        const server = await listen(desk, '127.0.0.1', flags.port, { ...PUBLIC_LIMITS, maxConnections: CONNECTIONS })
        const { port } = server.address() as AddressInfo
        // In the fragment, which no server sees and no log contains.
        page.hash = new URLSearchParams({ reader: String(port), token }).toString()
        printResult(context, { reader: device.name, port, link: page.href }, { ko: page.href, en: page.href })
        say(context, {
          ko: `이 기기의 브라우저에서 위 주소를 여십시오. 판독기: ${device.name}. Ctrl+C로 끝냅니다.`,
          en: `Open this in the browser of this machine. Reader: ${device.name}. Ctrl+C ends it.`,
        })
        if (printedNumber !== undefined) {
          say(context, {
            ko: `파일이 카드를 대신합니다(시연). 카드에 적힌 카드접근번호: ${printedNumber}`,
            en: `A file stands for the card (demo). Printed on it, as card access number: ${printedNumber}`,
          })
        }
        const stopped = Promise.withResolvers<void>()
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.resolve())
        await stopped.promise
        await closeServer(server)
      } finally {
        await device.close()
      }
    })
}

function parseUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) {
    throw new InvalidArgumentError('a URL starts with http:// or https://.')
  }
  return text
}
