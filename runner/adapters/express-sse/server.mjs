// npm express-sse behind the scripted endpoint of ssecheck, on express.

import express from 'express'
import SSE from 'express-sse'
import { address, closed, hello, live, parse, play, ready, textOf, versionOf, withData } from '../scripted.mjs'

const identity = {
  name: 'npm express-sse',
  version: versionOf('express-sse', import.meta.url),
  capabilities: ['json-data', 'own-ids'],
}

const app = express()
app.post('/script', async (request, response) => {
  const asked = parse(await textOf(request))
  if (asked.op === 'hello') return response.json(hello(identity))
  const sse = new SSE()
  sse.init(request, response)
  const emit = withData(({ data, event, id }) => sse.send(data, event, id))
  await play(asked, identity, emit, closed(response))
  response.end()
})

const shared = new SSE()
live().on('count', (count) => shared.send(count, 'count'))
app.get('/events', shared.init)

const server = app.listen(address.port, address.host, () => ready(server))
