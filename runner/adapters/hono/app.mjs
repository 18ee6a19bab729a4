// An application of npm hono for the scripted endpoint of ssecheck, whichever the
// version: library is what the package exports, with streamSSE of hono/streaming.

import { hello, live, parse, play, withData } from '../scripted.mjs'

export function capable(name, version) {
  return { name, version, capabilities: ['retry'] }
}

export function create({ Hono, streamSSE }, identity) {
  const app = new Hono()
  app.post('/script', async (c) => {
    let asked
    try {
      asked = parse(await c.req.text())
    } catch (error) {
      return c.json({ error: error.message }, 400)
    }
    if (asked.op === 'hello') return c.json(hello(identity))
    return streamSSE(c, async (stream) => {
      const left = new AbortController()
      stream.onAbort(() => left.abort())
      await play(asked, identity, withData((item) => stream.writeSSE(item)), left.signal)
    })
  })

  const source = live()
  app.get('/events', (c) =>
    streamSSE(c, async (stream) => {
      const tell = (count) => stream.writeSSE({ data: `count ${count}`, event: 'count' })
      source.on('count', tell)
      await new Promise((left) => stream.onAbort(left))
      source.off('count', tell)
    }),
  )
  return app
}
