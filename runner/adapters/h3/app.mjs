// An application of npm h3 for the scripted endpoint of ssecheck, in version 1 and 2.
// What differs is the application around the event stream.

import { parse, play } from '../scripted.mjs'

/** The identity of a version. Comments came with 2. */
export function capable(name, version) {
  const two = Number(version.split('.')[0]) >= 2
  return { name, version, capabilities: ['id', 'event', 'retry', ...(two ? ['comments'] : [])], data: 'text', adds: [] }
}

/** The listener for node:http; h3 is what the package exports. */
export function create(h3, identity) {
  const routes = h3.H3 ? new h3.H3() : h3.createRouter()
  routes.get('/capabilities', h3.eventHandler(() => identity))
  routes.post('/script', h3.eventHandler((event) => script(h3, event, identity)))
  routes.get('/events', h3.eventHandler((event) => events(h3, event)))
  return h3.H3 ? h3.toNodeHandler(routes) : h3.toNodeListener(h3.createApp().use(routes))
}

async function script(h3, event, identity) {
  let asked
  try {
    asked = parse(await h3.readRawBody(event))
  } catch (error) {
    throw h3.createError({ statusCode: 400, statusMessage: 'Bad Request', message: error.message })
  }
  const stream = h3.createEventStream(event)
  const left = new AbortController()
  stream.onClosed(() => left.abort())
  play(asked, identity, (item) => emit(stream, item), left.signal).then(() => stream.close())
  return stream.send()
}

async function emit(stream, { comment, ...message }) {
  if (comment !== undefined) await stream.pushComment(comment)
  if ('data' in message) await stream.push(message)
}

function events(h3, event) {
  const stream = h3.createEventStream(event)
  let count = 0
  const interval = setInterval(async () => {
    count++
    await stream.push({ id: String(count), data: `count ${count}` })
  }, 100)
  stream.onClosed(async () => {
    clearInterval(interval)
    await stream.close()
  })
  return stream.send()
}
