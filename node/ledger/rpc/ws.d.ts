/** The part of `ws` that socket.ts uses. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { IncomingMessage } from 'node:http'
  import type { Duplex } from 'node:stream'

  export class WebSocket extends EventEmitter {
    readonly bufferedAmount: number
    readonly isPaused: boolean
    send(data: string, done: (error?: Error) => void): void
    /** Stops reading. Messages that were already read may still be emitted. */
    pause(): void
    resume(): void
    ping(): void
    close(code: number, reason: string): void
    terminate(): void
  }

  export class WebSocketServer {
    constructor(options: { noServer: true; maxPayload: number; perMessageDeflate: false; clientTracking: false })
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void
  }
}
