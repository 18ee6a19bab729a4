// npm eventsource-parser behind the adapter protocol of ssecheck, version 1.
//
// The library is used as its README says: bytes are decoded by the platform
// (TextDecoder with {stream: true}, which is what a TextDecoderStream is), the
// text is fed to a parser as it comes, and onId keeps the last event ID.

import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createParser } from 'eventsource-parser'

const library = JSON.parse(
  readFileSync(new URL('./node_modules/eventsource-parser/package.json', import.meta.url), 'utf8'),
)

function parse(chunks) {
  const events = []
  const comments = []
  let lastEventId = ''
  let retry
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ event: event ?? 'message', data, lastEventId }),
    onId: (id) => (lastEventId = id),
    // JSON has no Infinity, which parseInt makes of more than 308 digits.
    onRetry: (ms) => (retry = Math.min(ms, Number.MAX_VALUE)),
    onComment: (comment) => comments.push(comment),
  })
  const decoder = new TextDecoder()
  for (const chunk of chunks) {
    parser.feed(decoder.decode(Buffer.from(chunk, 'base64'), { stream: true }))
  }
  parser.feed(decoder.decode())
  return { on: 'parsed', events, comments, retry }
}

function answer({ op, stream, chunks }) {
  if (op === 'hello') {
    return {
      op: 'hello',
      protocol: 1,
      name: 'npm eventsource-parser',
      version: library.version,
      language: 'javascript',
      roles: ['parser'],
      capabilities: ['retry', 'comments'],
    }
  }
  try {
    return { stream, ...parse(chunks) }
  } catch (error) {
    return { stream, on: 'failed', message: String(error) }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\n')
}
