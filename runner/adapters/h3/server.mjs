// npm h3 behind the scripted endpoint of ssecheck, on node:http.

import { createServer } from 'node:http'
import * as h3 from 'h3'
import { address, ready, versionOf } from '../scripted.mjs'
import { capable, create } from './app.mjs'

const server = createServer(create(h3, capable('npm h3', versionOf('h3', import.meta.url))))
server.listen(address, () => ready(server))
