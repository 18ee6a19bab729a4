// npm express-sse behind the scripted endpoint of ssecheck, on express.

import express from 'express'
import SSE from 'express-sse'
import { address, closed, parse, play, ready, textOf, versionOf } from '../scripted.mjs'

const identity = {
  name: 'npm express-sse',
  version: versionOf('express-sse', import.meta.url),
  capabilities: ['id', 'event'],
  data: 'json',
  adds: ['id'],
}

const app = express()
app.get('/capabilities', (_, response) => response.json(identity))

app.post('/script', async (request, response) => {
  const asked = parse(await textOf(request))
  const sse = new SSE()
  sse.init(request, response)
  await play(asked, identity, ({ data, event, id }) => sse.send(data, event, id), closed(response))
  response.end()
})

const live = new SSE()
let count = 0
setInterval(() => {
  count++
  live.send(count, 'count', count)
}, 100)
app.get('/events', live.init)

const server = app.listen(address.port, address.host, () => ready(server))
