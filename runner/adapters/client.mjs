// The adapter protocol of ssecheck, version 1, role client: what the adapters of
// client libraries for Node have in common. One JSON object a line, in and out;
// docs/client.md of this repository describes each.

import { AsyncLocalStorage } from 'node:async_hooks'
import { createInterface } from 'node:readline'

/**
 * Serves the protocol until standard input ends, and then ends the process.
 *
 * identity is the hello, without op, protocol and roles. open(request, report)
 * opens the source that a connect message asks for, tells report what the
 * library tells, and returns a function that closes the source (and may return
 * a promise of that).
 */
export async function serve(identity, open) {
  const closers = new Map() // by the stream's name

  function connect(request) {
    const { stream, closeAfter } = request
    let events = 0
    const report = {
      open: (facts) => say({ stream, on: 'open', ...facts }),
      event(event) {
        say({ stream, on: 'event', ...event })
        if (++events === closeAfter) close(stream)
      },
      error: (error, reconnecting, facts) =>
        say({ stream, on: 'error', message: describe(error), reconnecting, ...facts }),
      closed: () => say({ stream, on: 'closed' }),
    }
    attempt(stream, () => closers.set(stream, open(request, report)))
  }

  function close(stream) {
    const closed = (facts) => say({ stream, on: 'closed', ...facts })
    attempt(stream, () => {
      const result = closers.get(stream)?.()
      if (result instanceof Promise) result.then(() => closed())
      else closed(result)
    })
  }

  const requests = {
    hello: () => say({ op: 'hello', protocol: 1, roles: ['client'], ...identity }),
    connect,
    close({ stream }) {
      close(stream)
      closers.delete(stream)
    },
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    requests[request.op]?.(request)
  }
  for (const closer of closers.values()) closer()
  process.stdout.write('', () => process.exit())
}

// Which stream's code is running, across callbacks, timers and promises.
const running = new AsyncLocalStorage()

// attempt runs what belongs to a stream; what it throws ends the stream.
function attempt(stream, run) {
  running.run(stream, () => {
    try {
      run()
    } catch (error) {
      say({ stream, on: 'error', message: describe(error), reconnecting: false })
    }
  })
}

// What a library throws where nobody can catch it would end an application; here
// it is told of the stream that it belongs to, and the other streams go on.
process.on('uncaughtException', (error) => {
  const stream = running.getStore()
  if (stream === undefined) throw error
  say({ stream, on: 'error', message: `uncaught: ${describe(error)}` })
})

function describe(error) {
  if (typeof error === 'string') return error
  const cause = error?.cause ? ` (${describe(error.cause)})` : ''
  return `${error?.message || error?.code || error?.name || ''}${cause}`
}

// say writes a line in one piece.
function say(message) {
  process.stdout.write(JSON.stringify(message) + '\n')
}
