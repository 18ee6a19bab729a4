// An application of npm h3 for the scripted endpoint of ssecheck, in version 1 and 2.
// What differs is the application around the event stream.

import { hello, live, parse, play, withData } from '../scripted.mjs'

/** The identity of a version. Comments came with 2. */
export function capable(name, version) {
  const two = Number(version.split('.')[0]) >= 2
  return { name, version, capabilities: ['retry', ...(two ? ['comments'] : [])] }
}

/** The listener for node:http; h3 is what the package exports. */
export function create(h3, identity) {
  const source = live()
  const routes = h3.H3 ? new h3.H3() : h3.createRouter()
  routes.post('/script', h3.eventHandler((event) => script(h3, event, identity)))
  routes.get('/events', h3.eventHandler((event) => events(h3, event, source)))
  return h3.H3 ? h3.toNodeHandler(routes) : h3.toNodeListener(h3.createApp().use(routes))
}

async function script(h3, event, identity) {
  let asked
  try {
    asked = parse(await h3.readRawBody(event))
  } catch (error) {
    throw h3.createError({ statusCode: 400, statusMessage: 'Bad Request', message: error.message })
  }
  if (asked.op === 'hello') return hello(identity)
  const stream = h3.createEventStream(event)
  const left = new AbortController()
  stream.onClosed(() => left.abort())
  play(asked, identity, (item) => emit(stream, item), left.signal).then(() => stream.close())
  return stream.send()
}

async function emit(stream, { comment, ...message }) {
  if (comment !== undefined) await stream.pushComment(comment)
  if (comment === undefined || 'data' in message) await withData(() => stream.push(message))(message)
}

function events(h3, event, source) {
  const stream = h3.createEventStream(event)
  const tell = (count) => stream.push(`count ${count}`)
  source.on('count', tell)
  stream.onClosed(async () => {
    source.off('count', tell)
    await stream.close()
  })
  return stream.send()
}
