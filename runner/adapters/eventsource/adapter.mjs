// npm eventsource behind the adapter protocol of ssecheck, version 1.
//
// The class is used as its README says. Request header fields go through its
// fetch option, which is the README's way to set them.

import { readFileSync } from 'node:fs'
import { EventSource } from 'eventsource'
import { serve } from '../client.mjs'
import { open } from '../event-source.mjs'

const { version } = JSON.parse(readFileSync(new URL('./node_modules/eventsource/package.json', import.meta.url), 'utf8'))

const identity = {
  name: 'npm eventsource',
  version,
  language: 'javascript',
  profile: 'browser',
  capabilities: ['open', 'errors', 'headers', 'https', 'with-credentials', 'close-in-handler', 'interface'],
}

function withHeaders(extra) {
  return (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...extra } })
}

serve(identity, (request, report) =>
  open(EventSource, request, report, request.headers && { fetch: withHeaders(request.headers) }),
)
