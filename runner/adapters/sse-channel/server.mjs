// npm sse-channel behind the scripted endpoint of ssecheck, on node:http.

import { createServer } from 'node:http'
import SseChannel from 'sse-channel'
import { address, ready, versionOf } from '../scripted.mjs'
import { capable, create } from './app.mjs'

const identity = capable('npm sse-channel', versionOf('sse-channel', import.meta.url))
const server = createServer(create(SseChannel, identity))
server.listen(address, () => ready(server))
