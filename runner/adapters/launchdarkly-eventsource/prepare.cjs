// Loaded before the contract-test service, which stays as it is published.
const { Server } = require('node:net')

// Its port is a constant, 8000, and it listens on every interface. Here it
// listens on loopback alone, and at the port in PORT where there is one.
const { listen } = Server.prototype

Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, Number(process.env.PORT ?? port), '127.0.0.1', ...rest)
}

// The library throws out of timers and callbacks, where nobody can catch it. That
// would end the service, and every other stream with it; here the stream alone
// is over, as far as the library goes on with it.
process.on('uncaughtException', (error) => console.error('uncaught:', error))
