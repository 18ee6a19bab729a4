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
 * library tells, and returns a function that closes the source: it returns the
 * facts to tell, or a promise of the end.
 */
export async function serve(identity, open) {
  const sources = new Map() // by the stream's name

  const requests = {
    hello: () => say({ op: 'hello', protocol: 1, roles: ['client'], ...identity }),

    connect(request) {
      const source = new Source(request)
      sources.set(request.stream, source)
      source.attempt(() => (source.closer = open(request, source)))
    },

    close({ stream }) {
      sources.get(stream).close()
      sources.delete(stream)
    },
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    requests[request.op]?.(request)
  }
  for (const source of sources.values()) source.close()
  process.stdout.write('', () => process.exit())
}

// Which source's code is running, across callbacks, timers and promises.
const running = new AsyncLocalStorage()

// A Source is an event source that was opened, and takes its library's reports.
class Source {
  constructor({ stream, closeAfter }) {
    this.stream = stream
    this.closeAfter = closeAfter
    this.events = 0
    this.isClosed = false
    this.closer = () => {}
  }

  facts(facts) {
    this.say({ on: 'facts', ...facts })
  }

  open(facts) {
    this.say({ on: 'open', ...facts })
  }

  event(event) {
    this.say({ on: 'event', ...event })
    if (++this.events === this.closeAfter) this.close()
  }

  error(error, reconnecting, facts) {
    this.say({ on: 'error', message: describe(error), reconnecting, ...facts })
  }

  // closed is said once.
  closed(facts) {
    if (!this.isClosed) this.say({ on: 'closed', ...facts })
    this.isClosed = true
  }

  close() {
    this.attempt(() => {
      const end = this.closer()
      if (end instanceof Promise) end.then(() => this.closed())
      else this.closed(end)
    })
  }

  // attempt runs what belongs to the source; what it throws is the end of it.
  attempt(run) {
    running.run(this, () => {
      try {
        run()
      } catch (error) {
        this.error(error, false)
      }
    })
  }

  say(message) {
    say({ stream: this.stream, ...message })
  }
}

// What a library throws where nobody can catch it would end an application; here
// it is told of the source that it belongs to, and the others go on.
process.on('uncaughtException', (error) => {
  const source = running.getStore()
  if (source === undefined) throw error
  source.error(`uncaught: ${describe(error)}`)
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
