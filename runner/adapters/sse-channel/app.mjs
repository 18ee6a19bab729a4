// Channels of npm sse-channel for the scripted endpoint of ssecheck, whichever the
// version: SseChannel is what the package exports.

import { closed, listener, live, play, withData } from '../scripted.mjs'

export function capable(name, version) {
  return { name, version, capabilities: ['retry'] }
}

/** The listener for node:http. */
export function create(SseChannel, identity) {
  // A script has a channel of its own, which ends with it.
  async function script(request, response, asked) {
    const channel = new SseChannel()
    channel.addClient(request, response)
    await play(asked, identity, withData((item) => channel.send(item)), closed(response))
    channel.close()
  }

  // The library keeps the last 500 messages, and replays them by Last-Event-ID.
  const shared = new SseChannel()
  live().on('count', (count) => shared.send({ id: count, event: 'count', data: String(count) }))

  return listener(identity, { script, events: (request, response) => shared.addClient(request, response) })
}
