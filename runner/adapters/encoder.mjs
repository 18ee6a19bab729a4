// The adapter protocol of ssecheck, version 1, role encoder, for libraries for Node
// that encode an item at a time. One JSON object a line, in and out.

import { createInterface } from 'node:readline'

/**
 * Serves the protocol until standard input ends. identity is the hello, without op,
 * protocol, language and roles. encode gets an item as it came and returns its text;
 * what it throws rejects the items.
 */
export async function serve(identity, encode) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(answer(JSON.parse(line), identity, encode)) + '\n')
  }
}

function answer({ op, stream, items }, identity, encode) {
  if (op === 'hello') return { op, protocol: 1, language: 'javascript', roles: ['encoder'], ...identity }
  try {
    return { stream, on: 'encoded', wire: Buffer.from(items.map((item) => encode(item)).join('')).toString('base64') }
  } catch (error) {
    return { stream, on: 'rejected', message: String(error) }
  }
}
