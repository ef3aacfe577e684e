import { connect } from 'node:net'

/** One complete answer. */
export interface Answer {
  readonly status: string
  readonly text: string
}

/** A kept-alive connection that has one request under way at a time. */
export interface Connection {
  /** Calls back with the answer when it is complete. */
  send(request: Buffer, onAnswer: (answer: Answer) => void): void
  /** Resolves when the connection is closed. */
  end(): Promise<void>
}

/** Opens a bare socket, which takes less of the core than an HTTP client would. */
export function openConnection(port: number): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let received = ''
    let onAnswer: ((answer: Answer) => void) | undefined
    const closed = new Promise<void>((done, fail) => {
      socket.on('close', () => done())
      socket.on('error', fail)
      socket.on('error', reject)
    })
    socket.setEncoding('latin1')
    socket.setNoDelay(true)
    socket.on('data', (chunk: string) => {
      received += chunk
      let length: number | undefined
      try {
        length = answerLength(received)
      } catch (error) {
        return void socket.destroy(error instanceof Error ? error : undefined)
      }
      if (length === undefined) return
      const answer = { status: received.slice(9, 12), text: received.slice(0, length) }
      received = received.slice(length)
      const tell = onAnswer
      onAnswer = undefined
      tell?.(answer)
    })
    socket.on('connect', () =>
      resolve({
        send: (request, callback) => {
          onAnswer = callback
          socket.write(request)
        },
        end: () => {
          socket.end()
          return closed
        },
      }),
    )
  })
}

/** Length of one complete HTTP/1.1 answer at the start of the text, or undefined while it is incomplete. */
function answerLength(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const match = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))
  if (!match) throw new Error('an answer without Content-Length; the generator reads no chunked answers')
  const length = headEnd + 4 + Number(match[1])
  return text.length >= length ? length : undefined
}
