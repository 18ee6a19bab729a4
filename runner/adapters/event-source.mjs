// A class with the standard's EventSource interface behind the adapter protocol.

/**
 * Opens what a connect message asks for and tells report what the object tells.
 * options are those of the constructor.
 */
export function open(EventSource, { url, listen, withCredentials }, report, options) {
  const source = new EventSource(url, withCredentials ? { withCredentials, ...options } : options)

  // A type of the stream's own may be called open or error: only an event of
  // the stream has data.
  const events = ({ type, data, lastEventId }) => report.event({ event: type, data, lastEventId })
  const ofStream = (event) => 'data' in event

  for (const type of new Set(['message', ...listen])) {
    source.addEventListener(type, (event) => ofStream(event) && events(event))
  }
  source.addEventListener('open', (event) => ofStream(event) || report.open())
  source.addEventListener('error', (event) => {
    if (!ofStream(event)) report.error(event, source.readyState !== EventSource.CLOSED)
  })
  return () => source.close()
}
