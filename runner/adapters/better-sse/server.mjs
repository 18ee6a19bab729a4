// npm better-sse behind the scripted endpoint of ssecheck, on node:http.
//
// With --text the option serializer passes data on as it is; by default it is JSON.

import { createServer } from 'node:http'
import { createChannel, createSession } from 'better-sse'
import { address, listener, live, play, ready, versionOf } from '../scripted.mjs'

const text = process.argv.includes('--text')
const options = text ? { serializer: (data) => data } : {}

const identity = {
  name: `npm better-sse${text ? ' (serializer: text)' : ''}`,
  version: versionOf('better-sse', import.meta.url),
  capabilities: ['comments', 'retry', 'own-ids', ...(text ? [] : ['json-data'])],
}

async function script(request, response, asked) {
  const session = await createSession(request, response, options)
  const left = new AbortController()
  session.once('disconnected', () => left.abort())
  await play(asked, identity, (item) => emit(session, item), left.signal)
  response.end()
}

// An event with data alone, or with a type and an ID too, is what push makes. For the
// rest the library has event buffers.
function emit(session, item) {
  if ('data' in item && !('retry' in item) && !('comment' in item)) {
    session.push(item.data, item.event, item.id)
    return
  }
  return session.batch((buffer) => {
    for (const field of ['comment', 'event', 'id', 'retry', 'data']) if (field in item) buffer[field](item[field])
    buffer.dispatch()
  })
}

const channel = createChannel()
live().on('count', (count) => channel.broadcast(`count ${count}`, 'count'))

async function events(request, response) {
  channel.register(await createSession(request, response, options))
}

const server = createServer(listener(identity, { script, events }))
server.listen(address, () => ready(server))
