// npm fastify-sse-v2 behind the scripted endpoint of ssecheck.

import { on } from 'node:events'
import Fastify from 'fastify'
import { FastifySSEPlugin } from 'fastify-sse-v2'
import { address, checked, closed, hello, live, play, ready, scriptLimit, versionOf } from '../scripted.mjs'

const identity = {
  name: 'npm fastify-sse-v2',
  version: versionOf('fastify-sse-v2', import.meta.url),
  capabilities: ['comments', 'retry'],
}

const app = Fastify({ bodyLimit: scriptLimit })
await app.register(FastifySSEPlugin)

// The first event opens the stream. Without any, one of no events does.
app.post('/script', async (request, reply) => {
  const asked = checked(request.body)
  if (asked.op === 'hello') return hello(identity)
  await play(asked, identity, (item) => reply.sse(item), closed(reply.raw))
  if (reply.sseContext) reply.sseContext.source.end()
  else reply.sse((async function* () {})())
})

const source = live()
app.get('/events', (request, reply) => {
  const left = new AbortController()
  request.socket.on('close', () => left.abort())
  reply.sse(
    (async function* () {
      for await (const [count] of on(source, 'count', { signal: left.signal })) yield { data: `count ${count}` }
    })(),
  )
})

await app.listen(address)
ready(app.server)
