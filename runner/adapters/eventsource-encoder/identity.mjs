// What npm eventsource-encoder says of itself behind the adapter protocol.

export function capable(name, version) {
  return { name, version, capabilities: ['comments', 'retry', 'no-data', 'id', 'event'] }
}
