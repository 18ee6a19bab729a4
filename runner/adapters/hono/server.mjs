// npm hono behind the scripted endpoint of ssecheck, on @hono/node-server.

import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { address, ready, versionOf } from '../scripted.mjs'
import { capable, create } from './app.mjs'

const app = create({ Hono, streamSSE }, capable('npm hono', versionOf('hono', import.meta.url)))
const server = serve({ fetch: app.fetch, port: address.port, hostname: address.host }, () => ready(server))
