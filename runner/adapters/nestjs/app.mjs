// An application of NestJS for the scripted endpoint of ssecheck, in version 11 and
// 12. The decorators are called as functions, so that nothing has to be compiled.

import { parse, play, textOf } from '../scripted.mjs'

/** The identity of a version. Comments came with 12. */
export function capable(name, version) {
  const twelve = Number(version.split('.')[0]) >= 12
  return {
    name,
    version,
    capabilities: ['id', 'event', 'retry', 'no-data', ...(twelve ? ['comments'] : [])],
    data: 'text',
    adds: ['id'],
  }
}

/** The application; core, common and rxjs are what the packages export. */
export async function create({ core, common, rxjs }, identity) {
  const { interval, map } = rxjs
  const { BadRequestException, Controller, Get, HttpCode, Module, Req, RequestMethod, Sse } = common

  class Events {
    capabilities() {
      return identity
    }

    async script(request) {
      let asked
      try {
        asked = parse(await textOf(request))
      } catch (error) {
        throw new BadRequestException(error.message)
      }
      return messages(rxjs, asked, identity)
    }

    events() {
      return interval(100).pipe(map((n) => ({ id: String(n + 1), data: { count: n + 1 } })))
    }
  }
  decorate(Events, 'capabilities', Get('capabilities'))
  decorate(Events, 'script', Sse('script', { method: RequestMethod.POST }), HttpCode(200))
  decorate(Events, 'events', Sse('events'))
  Req()(Events.prototype, 'script', 0)
  Controller()(Events)

  class App {}
  Module({ controllers: [Events] })(App)
  return core.NestFactory.create(App, { bodyParser: false, logger: ['error'] })
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
