// An application of NestJS for the scripted endpoint of ssecheck, in version 11 and
// 12. The decorators are called as functions, so that nothing has to be compiled.

import { hello, live, parse, play, textOf } from '../scripted.mjs'

/** The identity of a version. Comments came with 12. */
export function capable(name, version) {
  const twelve = Number(version.split('.')[0]) >= 12
  return { name, version, capabilities: ['retry', 'own-ids', ...(twelve ? ['comments'] : [])] }
}

/** The application; core, common and rxjs are what the packages export. */
export async function create({ core, common, rxjs }, identity) {
  const source = live()
  const { Controller, HttpCode, Module, Req, RequestMethod, Sse } = common

  class Events {
    script(request) {
      return messages(rxjs, request.script, identity)
    }

    events() {
      return rxjs.fromEvent(source, 'count').pipe(rxjs.map((count) => ({ data: { count } })))
    }
  }
  decorate(Events, 'script', Sse('script', { method: RequestMethod.POST }), HttpCode(200))
  decorate(Events, 'events', Sse('events'))
  Req()(Events.prototype, 'script', 0)
  Controller()(Events)

  class App {}
  Module({ controllers: [Events] })(App)
  const app = await core.NestFactory.create(App, { bodyParser: false, logger: ['error'] })
  return app.use('/script', greet(identity))
}

// A method with @Sse can answer with a stream alone: the hello, and what is no script,
// are answered before it.
function greet(identity) {
  return async (request, response, next) => {
    try {
      request.script = parse(await textOf(request))
    } catch (error) {
      return response.status(400).json({ error: error.message })
    }
    if (request.script.op === 'hello') return response.json(hello(identity))
    next()
  }
}

function decorate({ prototype }, method, ...decorators) {
  const descriptor = Object.getOwnPropertyDescriptor(prototype, method)
  for (const decorator of decorators) decorator(prototype, method, descriptor)
}

// What the items are called here: the event is the type of a message.
function messages({ Observable }, asked, identity) {
  return new Observable((subscriber) => {
    const left = new AbortController()
    const emit = ({ event, ...message }) => subscriber.next(event === undefined ? message : { type: event, ...message })
    play(asked, identity, emit, left.signal).then(() => subscriber.complete())
    return () => left.abort()
  })
}
