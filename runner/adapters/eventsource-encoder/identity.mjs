// What npm eventsource-encoder says of itself behind the adapter protocol.

export function capable(name, version) {
  return { name, version, capabilities: ['comments', 'retry'] }
}

/** How it is called: a chunk of it is a message or a comment, so that an item with both is two. */
export function itemEncoder(encode) {
  return ({ comment, ...message }) => {
    if (comment === undefined) return encode(message)
    const text = encode({ comment })
    return Object.keys(message).length > 0 ? text + encode(message) : text
  }
}
