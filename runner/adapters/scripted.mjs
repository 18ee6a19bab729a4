// What the programs around server libraries for Node have in common. Each serves:
//
// GET /capabilities: its identity in JSON. name, version. capabilities: the kinds of
// items that the library has an API for, of id, event, retry, comments and no-data
// (items without data). data: json where the library sends data as JSON, else text.
// adds: what the library puts on a stream that no item asked for.
//
// POST /script: the items of the script in the body, emitted by the library in their
// order. An item that the library has no API for or throws on is left out.
//
// GET /events: a live stream as the library's documentation makes one, with an event
// every 100 ms.

import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Where to listen, as the options of node:net. PORT=0 is a free port. */
export const address = { port: Number(process.env.PORT ?? 0), host: '127.0.0.1' }

/** The most bytes of a script. */
export const scriptLimit = 16 << 20

/** The version of a package under node_modules beside the module of that URL. */
export function versionOf(name, url) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, url), 'utf8')).version
}

/** Tells where a server listens, and ends the process on SIGTERM and SIGINT. */
export function ready(server) {
  console.log(`listening at http://${address.host}:${server.address().port}`)
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit())
  // What a library throws where nobody can catch it ends its own stream at most.
  process.on('uncaughtException', (error) => console.error('uncaught:', error))
}

/** The script in the text of a request's body; throws what checked throws. */
export function parse(text) {
  try {
    return checked(JSON.parse(text))
  } catch (error) {
    throw badRequest(error)
  }
}

/** The script, if it is one; throws an error that several frameworks answer with 400. */
export function checked(script) {
  if (Array.isArray(script?.items)) return script
  throw badRequest(new TypeError('a script is {"items":[...],"end":"close"|"hold"}'))
}

function badRequest(error) {
  return Object.assign(error, { statusCode: 400 })
}

/** The text of a request of node:http; throws where there is more than scriptLimit. */
export async function textOf(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > scriptLimit) throw badRequest(new RangeError(`a script has at most ${scriptLimit} bytes`))
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/**
 * Plays a script: emit gets each item as it came. What emit throws is told on
 * standard error, the item is left out, and the next one follows. The result comes
 * when the stream is to end, also because left, an AbortSignal, says that the client
 * is gone.
 */
export async function play({ items, end }, { capabilities }, emit, left) {
  for (const item of items) {
    if (left.aborted) return
    try {
      if ('sleep' in item) {
        await pause(item.sleep, undefined, { signal: left })
      } else {
        demand(item, capabilities)
        await emit(item)
      }
    } catch (error) {
      if (!left.aborted) console.error(`left out ${JSON.stringify(item).slice(0, 200)}: ${error.message}`)
    }
  }
  if (end === 'hold') await aborted(left)
}

// demand throws where the library has no API for the kind of item.
function demand(item, capabilities) {
  const { comment, ...message } = item
  const needs = []
  if (comment !== undefined) needs.push('comments')
  if (Object.keys(message).length > 0 && !('data' in message)) needs.push('no-data')
  const lack = needs.filter((need) => !capabilities.includes(need))
  if (lack.length > 0) throw new Error(`the library has no API for it (${lack})`)
}

function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', resolve, { once: true })
  })
}

/** A signal that the response of node:http has been closed, by whichever end. */
export function closed(response) {
  const controller = new AbortController()
  response.once('close', () => controller.abort())
  return controller.signal
}

/**
 * A listener of node:http for libraries that need no framework. script is called
 * with a request, its response and the script; events with the first two, whatever
 * the method, as the documentation of such libraries has it.
 */
export function listener(identity, { script, events }) {
  const routes = {
    'GET /capabilities': (_, response) => respond(response, 200, identity),
    async 'POST /script'(request, response) {
      let asked
      try {
        asked = parse(await textOf(request))
      } catch (error) {
        return respond(response, 400, { error: error.message })
      }
      await script(request, response, asked)
    },
  }
  const missing = (_, response) => respond(response, 404, { routes: [...Object.keys(routes), '/events'] })
  return (request, response) => {
    const path = request.url.split('?')[0]
    const route = path === '/events' ? events : (routes[`${request.method} ${path}`] ?? missing)
    return route(request, response)
  }
}

function respond(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}
