// A class with the standard's EventSource interface behind the adapter protocol,
// with the facts of the capability interface: what the object and its events say
// of themselves.

/**
 * Opens what a connect message asks for and tells report what the object tells.
 * options are those of the constructor.
 */
export function open(EventSource, { url, listen, withCredentials }, report, options) {
  const source = new EventSource(url, withCredentials ? { ...options, withCredentials } : options)
  const fresh = freshFacts()
  const facts = (prefix, event, more) => fresh(ofEvent(prefix, source, event, more))
  report.facts(fresh(construction(source)))

  // The event handlers come first, so that a listener can tell whether they were
  // called.
  let handled
  source.onopen = source.onmessage = source.onerror = (event) => (handled = event)
  const called = (event) => (handled === event ? 'called' : 'not called')

  // An event of the stream may be named open or error; what tells it apart is
  // its data.
  const listeners = {
    open: (event) => report.open(facts('open', event, { onopen: called(event) })),
    error: (event) =>
      report.error(event, source.readyState !== source.CLOSED, facts('error', event, { onerror: called(event) })),
    ofStream: (event) => report.event(message(event)),
  }
  const message = (event) => ({
    event: event.type,
    data: event.data,
    lastEventId: event.lastEventId,
    ...facts('event', event, {
      origin: event.origin,
      ...(event.type === 'message' && { onmessage: called(event) }),
    }),
  })
  for (const type of new Set(['message', 'open', 'error', ...listen])) {
    source.addEventListener(type, (event) => listeners['data' in event ? 'ofStream' : type](event))
  }

  return () => {
    source.close()
    return fresh(named('closed', { readyState: source.readyState }))
  }
}

function construction(source) {
  const { url, withCredentials, readyState, CONNECTING, OPEN, CLOSED, onopen, onmessage, onerror } = source
  const values = { url, withCredentials, readyState, CONNECTING, OPEN, CLOSED, onopen, onmessage, onerror }
  return named('construction', values)
}

function ofEvent(prefix, source, event, more) {
  const { isTrusted, bubbles, cancelable } = event
  const constructor = event.constructor?.name ?? 'none'
  return named(prefix, { constructor, isTrusted, bubbles, cancelable, readyState: source.readyState, ...more })
}

function named(prefix, values) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, String(value)]))
}

// freshFacts leaves out what was told before and has not changed: most facts are
// the same with each event.
function freshFacts() {
  const told = {}
  return (all) => {
    const facts = Object.fromEntries(Object.entries(all).filter(([name, value]) => told[name] !== value))
    Object.assign(told, facts)
    return Object.keys(facts).length > 0 ? { facts } : {}
  }
}
