// NestJS behind the scripted endpoint of ssecheck, on its default platform, express.

import * as common from '@nestjs/common'
import * as core from '@nestjs/core'
import * as rxjs from 'rxjs'
import { address, ready, versionOf } from '../scripted.mjs'
import { capable, create } from './app.mjs'

const identity = capable('npm @nestjs/core', versionOf('@nestjs/core', import.meta.url))
const app = await create({ core, common, rxjs }, identity)
await app.listen(address.port, address.host)
ready(app.getHttpServer())
