// The EventSource of undici behind the adapter protocol of ssecheck, version 1.
//
// Without arguments it is that of npm undici. With --builtin it is the copy that
// this Node.js has: node --experimental-eventsource adapter.mjs --builtin.

import { readFileSync } from 'node:fs'
import { Agent, EventSource, H2CClient } from 'undici'
import { serve } from '../client.mjs'
import { open } from '../event-source.mjs'

const { version } = JSON.parse(readFileSync(new URL('./node_modules/undici/package.json', import.meta.url), 'utf8'))

const npm = {
  name: 'npm undici EventSource',
  version,
  language: 'javascript',
  profile: 'browser',
  capabilities: ['open', 'errors', 'retry', 'https', 'http2', 'h2c', 'with-credentials', 'close-in-handler', 'interface'],
}

const builtin = {
  ...npm,
  name: 'node EventSource',
  version: `${process.versions.undici} (node ${process.versions.node})`,
  capabilities: ['open', 'errors', 'https', 'with-credentials', 'close-in-handler', 'interface'],
}

// Every source that speaks HTTP/2 has a connection of its own; HTTP/1.1 goes
// through undici's global dispatcher, as it does by default.
function dispatcherFor({ http, url }) {
  switch (http) {
    case '2':
      return new Agent({ allowH2: true })
    case 'h2c':
      return new H2CClient(new URL(url).origin)
  }
}

function openNpm(request, report) {
  const dispatcher = dispatcherFor(request)
  const node = request.retry === undefined ? {} : { reconnectionTime: request.retry }
  const close = open(EventSource, request, report, { node, dispatcher })
  return () => {
    const facts = close()
    dispatcher?.close() // waits for the source's own request, and ends no other
    return facts
  }
}

if (process.argv.includes('--builtin')) {
  serve(builtin, (request, report) => open(globalThis.EventSource, request, report))
} else {
  serve(npm, openNpm)
}
