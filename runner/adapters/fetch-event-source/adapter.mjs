// npm @microsoft/fetch-event-source behind the adapter protocol of ssecheck,
// version 1.
//
// The function is called with what a call needs and nothing else: no onopen, no
// onclose, and an onerror that only looks, so that all is as by default.

import { readFileSync } from 'node:fs'
import { fetchEventSource } from '@microsoft/fetch-event-source'
import { serve } from '../client.mjs'

const library = new URL('./node_modules/@microsoft/fetch-event-source/package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(library, 'utf8'))

// What the library takes from a browser: timers and fetch of window, and the
// visibility of document, which is always visible here.
globalThis.window = globalThis
globalThis.document = Object.assign(new EventTarget(), { hidden: false })

const identity = {
  name: 'npm @microsoft/fetch-event-source',
  version,
  language: 'javascript',
  capabilities: ['errors', 'headers', 'method', 'https', 'close-in-handler'],
}

function open({ url, headers, method, body }, report) {
  const controller = new AbortController()
  // The promise is fulfilled when the source is over: closed, or, as is the
  // library's way, when a stream has ended cleanly.
  const over = fetchEventSource(url, {
    headers,
    method,
    body,
    signal: controller.signal,
    onmessage: ({ event, data, id }) => report.event({ event: event || 'message', data, id: id || undefined }),
    onerror: (error) => report.error(error, true),
  }).then(
    () => report.closed(),
    (error) => report.error(error, false),
  )
  return () => {
    controller.abort()
    return over
  }
}

serve(identity, open)
