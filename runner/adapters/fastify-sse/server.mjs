// npm @fastify/sse behind the scripted endpoint of ssecheck.
//
// With --text the option serializer passes data on as it is; by default it is JSON.

import Fastify from 'fastify'
import sse from '@fastify/sse'
import { address, checked, hello, live, play, ready, scriptLimit, versionOf, withData } from '../scripted.mjs'

const text = process.argv.includes('--text')

const identity = {
  name: `npm @fastify/sse${text ? ' (serializer: text)' : ''}`,
  version: versionOf('@fastify/sse', import.meta.url),
  capabilities: ['retry', ...(text ? [] : ['json-data'])],
}

const app = Fastify({ bodyLimit: scriptLimit })
await app.register(sse, text ? { serializer: (data) => data } : {})

app.post('/script', { sse: 'manual' }, async (request, reply) => {
  const asked = checked(request.body)
  if (asked.op === 'hello') return hello(identity)
  const left = new AbortController()
  reply.sse.onClose(() => left.abort())
  reply.sse.sendHeaders() // a script may begin with a sleep
  await play(asked, identity, withData((item) => reply.sse.send(item)), left.signal)
})

// The history is the application's, as the library's documentation has it.
const history = []
const subscribers = new Set()
live().on('count', (count) => {
  const message = { id: String(count), data: `count ${count}` }
  history.push(message)
  if (history.length > 1000) history.shift()
  for (const subscriber of subscribers) subscriber.send(message)
})

app.get('/events', { sse: 'only' }, async (_, reply) => {
  reply.sse.keepAlive()
  reply.sse.sendHeaders()
  reply.sse.onClose(() => subscribers.delete(reply.sse))
  // Nothing is awaited before the subscription, so that no message falls between.
  const replayed = reply.sse.replay(async (lastEventId) => {
    const last = history.findIndex(({ id }) => id === lastEventId)
    await Promise.all(history.slice(last + 1).map((message) => reply.sse.send(message)))
  })
  subscribers.add(reply.sse)
  await replayed
})

await app.listen(address)
ready(app.server)
