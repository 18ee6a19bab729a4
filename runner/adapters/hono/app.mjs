// An application of npm hono for the scripted endpoint of ssecheck, whichever the
// version: library is what the package exports, with streamSSE of hono/streaming.

import { parse, play } from '../scripted.mjs'

export function capable(name, version) {
  return { name, version, capabilities: ['id', 'event', 'retry'], data: 'text', adds: [] }
}

export function create({ Hono, streamSSE }, identity) {
  const app = new Hono()
  app.get('/capabilities', (c) => c.json(identity))

  app.post('/script', async (c) => {
    let asked
    try {
      asked = parse(await c.req.text())
    } catch (error) {
      return c.json({ error: error.message }, 400)
    }
    return streamSSE(c, async (stream) => {
      const left = new AbortController()
      stream.onAbort(() => left.abort())
      await play(asked, identity, (item) => stream.writeSSE(item), left.signal)
    })
  })

  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      for (let id = 1; !stream.aborted; id++) {
        await stream.writeSSE({ data: `It is ${new Date().toISOString()}`, event: 'time-update', id: String(id) })
        await stream.sleep(100)
      }
    }),
  )
  return app
}
