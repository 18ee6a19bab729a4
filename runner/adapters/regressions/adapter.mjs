// Versions of npm eventsource-encoder with a published hole, and the first without,
// behind the adapter protocol of ssecheck: node adapter.mjs eventsource-encoder-1.0.1

import { serve } from '../encoder.mjs'
import { versionOf } from '../scripted.mjs'
import { capable, itemEncoder } from '../eventsource-encoder/identity.mjs'

const alias = process.argv[2] ?? ''
if (!alias.startsWith('eventsource-encoder-')) {
  console.error(`adapter.mjs: expected a package of package.json (eventsource-encoder-*), got "${alias}"`)
  process.exit(2)
}
const { encode } = await import(alias)
serve(capable('npm eventsource-encoder', versionOf(alias, import.meta.url)), itemEncoder(encode))
