// npm eventsource-encoder behind the adapter protocol of ssecheck, version 1.

import { encode } from 'eventsource-encoder'
import { serve } from '../encoder.mjs'
import { versionOf } from '../scripted.mjs'
import { capable, itemEncoder } from './identity.mjs'

serve(capable('npm eventsource-encoder', versionOf('eventsource-encoder', import.meta.url)), itemEncoder(encode))
