// Loaded before the contract-test service, which stays as it is published: its
// port is a constant, 8000, and it listens on every interface. Here it listens
// on loopback alone, and at the port in PORT where there is one.
const { Server } = require('node:net')

const { listen } = Server.prototype

Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, Number(process.env.PORT ?? port), '127.0.0.1', ...rest)
}
