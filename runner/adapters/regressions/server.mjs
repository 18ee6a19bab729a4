// Versions of server libraries with a published hole, and the first ones without,
// behind the scripted endpoint of ssecheck: node server.mjs h3-1.15.5
//
// The programs are those of the libraries' own folders.

import { createServer } from 'node:http'
import { address, ready, versionOf } from '../scripted.mjs'

const alias = process.argv[2] ?? ''
const library = /^(.*?)-\d/.exec(alias)?.[1]

const starts = {
  h3: async (identify) => {
    const { capable, create } = await import('../h3/app.mjs')
    listen(create(await import(alias), identify(capable)))
  },

  'sse-channel': async (identify) => {
    const { capable, create } = await import('../sse-channel/app.mjs')
    listen(create((await import(alias)).default, identify(capable)))
  },

  hono: async (identify) => {
    const { capable, create } = await import('../hono/app.mjs')
    const { getRequestListener } = await import('@hono/node-server')
    const exported = { ...(await import(alias)), ...(await import(`${alias}/streaming`)) }
    listen(getRequestListener(create(exported, identify(capable)).fetch))
  },

  'nestjs-core': async (identify) => {
    const { capable, create } = await import('../nestjs/app.mjs')
    const packages = { core: await import(alias), common: await import('@nestjs/common'), rxjs: await import('rxjs') }
    const app = await create(packages, identify(capable))
    await app.listen(address.port, address.host)
    ready(app.getHttpServer())
  },
}

function listen(listener) {
  const server = createServer(listener)
  server.listen(address, () => ready(server))
}

const start = starts[library]
if (start === undefined) {
  console.error(`server.mjs: expected a package of package.json (${Object.keys(starts).join('-*, ')}-*), got "${alias}"`)
  process.exit(2)
}
const name = library === 'nestjs-core' ? '@nestjs/core' : library
await start((capable) => capable(`npm ${name}`, versionOf(alias, import.meta.url)))
