// What the programs around server libraries for Node have in common. Each serves:
//
// POST /script: the hello of docs/server-scripted.md, or the items of the script in the
// body, emitted by the library in their order. An item that the library has no API for
// or throws on is left out.
//
// GET /events: a live stream as the library's documentation makes one, with an event
// every 100 ms, the same one for all clients. It has IDs where the library replays by
// them, or brings its own.

import { EventEmitter } from 'node:events'
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

/**
 * The answer to the hello. capabilities are of comments, retry, json-data and own-ids.
 */
export function hello({ name, version, capabilities }) {
  return { op: 'hello', protocol: 1, name, version, language: 'javascript', roles: ['encoder'], capabilities }
}

/** The script in the text of a request's body; throws what checked throws. */
export function parse(text) {
  try {
    return checked(JSON.parse(text))
  } catch (error) {
    throw badRequest(error)
  }
}

/**
 * The script, or the hello, whose op says so; throws an error that several frameworks
 * answer with 400.
 */
export function checked(script) {
  if (script?.op === 'hello' || Array.isArray(script?.items)) return script
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

// demand throws where the library has no API for a part of the item.
function demand(item, capabilities) {
  if ('comment' in item && !capabilities.includes('comments')) throw new Error('the library has no API for comments')
  if ('retry' in item && !capabilities.includes('retry')) throw new Error('the library has no API for a reconnection time')
}

/** For libraries whose API demands data: an emit that throws where there is none. */
export function withData(emit) {
  return (item) => {
    if (!('data' in item)) throw new Error('the library has no API for an item without data')
    return emit(item)
  }
}

function aborted(signal) {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', resolve, { once: true })
  })
}

/** What /events tells: count, with a number, every 100 ms. */
export function live() {
  const source = new EventEmitter().setMaxListeners(0)
  let count = 0
  setInterval(() => source.emit('count', ++count), 100)
  return source
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
    async 'POST /script'(request, response) {
      let asked
      try {
        asked = parse(await textOf(request))
      } catch (error) {
        return respond(response, 400, { error: error.message })
      }
      if (asked.op === 'hello') return respond(response, 200, hello(identity))
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
