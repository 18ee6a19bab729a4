// Channels of npm sse-channel for the scripted endpoint of ssecheck, whichever the
// version: SseChannel is what the package exports.

import { closed, listener, play } from '../scripted.mjs'

export function capable(name, version) {
  return { name, version, capabilities: ['id', 'event', 'retry'], data: 'text', adds: ['comments'] }
}

/** The listener for node:http. */
export function create(SseChannel, identity) {
  // A script has a channel of its own, which ends with it.
  async function script(request, response, asked) {
    const channel = new SseChannel()
    channel.addClient(request, response)
    await play(asked, identity, (item) => channel.send(item), closed(response))
    channel.close()
  }

  // The library keeps the last 500 messages, and replays them by Last-Event-ID.
  const live = new SseChannel()
  let count = 0
  setInterval(() => {
    count++
    live.send({ id: count, event: 'count', data: String(count) })
  }, 100)

  return listener(identity, { script, events: (request, response) => live.addClient(request, response) })
}
