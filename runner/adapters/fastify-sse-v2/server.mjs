// npm fastify-sse-v2 behind the scripted endpoint of ssecheck.

import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import { FastifySSEPlugin } from 'fastify-sse-v2'
import { address, checked, closed, play, ready, scriptLimit, versionOf } from '../scripted.mjs'

const identity = {
  name: 'npm fastify-sse-v2',
  version: versionOf('fastify-sse-v2', import.meta.url),
  capabilities: ['id', 'event', 'retry', 'comments', 'no-data'],
  data: 'text',
  adds: ['retry'],
}

const app = Fastify({ bodyLimit: scriptLimit })
await app.register(FastifySSEPlugin)

app.get('/capabilities', async () => identity)

// The first event opens the stream. Without any, one of no events does.
app.post('/script', async (request, reply) => {
  await play(checked(request.body), identity, (item) => reply.sse(item), closed(reply.raw))
  if (reply.sseContext) reply.sseContext.source.end()
  else reply.sse((async function* () {})())
})

app.get('/events', (request, reply) => {
  const left = new AbortController()
  request.socket.on('close', () => left.abort())
  reply.sse(
    (async function* () {
      for (let id = 1; !left.signal.aborted; id++) {
        yield { id: String(id), data: `count ${id}` }
        await pause(100)
      }
    })(),
  )
})

await app.listen(address)
ready(app.server)
