// A frame opens the event sources of its own origin and tells the page, by
// message, what they report. Plain ES2017, for old browsers.
(function () {
  'use strict';

  var page = document.body.dataset.page; // the origin of the page around
  var sources = new Map(); // by the number of the stream

  // tell reports something of a stream. Of the facts those are told that are new
  // or have changed, since most are the same with each event.
  function tell(s, on, facts, more) {
    var report = { stream: s.number, on: on };
    Object.assign(report, more);
    Object.keys(facts).forEach(function (name) {
      if (s.facts[name] === facts[name]) return;
      s.facts[name] = facts[name];
      report.facts = report.facts || {};
      report.facts[name] = facts[name];
    });
    queue(report);
  }

  // queue keeps reports until the task is over, which may hold many events, and
  // hands them to the page at once. A channel is no timer, so that nothing slows
  // it down in a window that is not seen.
  var reports = [];
  var channel = new MessageChannel();
  channel.port1.onmessage = function () {
    parent.postMessage({ on: 'reports', reports: reports }, page);
    reports = [];
  };
  function queue(report) {
    if (reports.push(report) === 1) channel.port2.postMessage(0);
  }

  // factsOf is what an event object says of itself. prefix is open, event or error.
  function factsOf(s, prefix, e, more) {
    var facts = {
      constructor: e.constructor ? e.constructor.name : 'none',
      isTrusted: e.isTrusted, bubbles: e.bubbles, cancelable: e.cancelable,
      readyState: s.source.readyState
    };
    Object.assign(facts, more);
    return named(prefix, facts);
  }

  function named(prefix, values) {
    var facts = {};
    Object.keys(values).forEach(function (key) { facts[prefix + '.' + key] = String(values[key]); });
    return facts;
  }

  function open(command) {
    var s = {
      number: command.stream, name: command.name, closeAfter: command.closeAfter || 0,
      source: null, facts: {}, events: 0, closed: false, handled: null
    };
    sources.set(s.number, s);
    try {
      s.source = command.withCredentials
        ? new EventSource(command.url, { withCredentials: true })
        : new EventSource(command.url);
    } catch (e) {
      tell(s, 'refused', {}, { message: String(e) });
      return;
    }
    var source = s.source;
    tell(s, 'facts', named('construction', {
      url: source.url, withCredentials: source.withCredentials, readyState: source.readyState,
      CONNECTING: source.CONNECTING, OPEN: source.OPEN, CLOSED: source.CLOSED,
      onopen: source.onopen, onmessage: source.onmessage, onerror: source.onerror
    }), {});
    // The event handlers come first, so that a listener can tell whether they were called.
    source.onopen = source.onmessage = source.onerror = function (e) { s.handled = e; };
    var types = new Set(['message', 'open', 'error'].concat(command.listen || []));
    types.forEach(function (type) { source.addEventListener(type, function (e) { on(s, e); }); });
  }

  // on is called for every event of a source, after its close too: that one comes
  // then is a fault to be seen. An event of the stream may be named open or error;
  // what tells it apart is that it is a MessageEvent.
  function on(s, e) {
    if (!(e instanceof MessageEvent) && e.type === 'open') {
      tell(s, 'open', factsOf(s, 'open', e, { onopen: called(s, e) }), {});
    } else if (!(e instanceof MessageEvent) && e.type === 'error') {
      tell(s, 'error', factsOf(s, 'error', e, { onerror: called(s, e) }), { readyState: s.source.readyState });
    } else {
      message(s, e);
    }
    draw();
  }

  function called(s, e) { return s.handled === e ? 'called' : 'not called'; }

  function message(s, e) {
    var more = { origin: e.origin };
    if (e.type === 'message') more.onmessage = called(s, e);
    s.events++;
    tell(s, 'event', factsOf(s, 'event', e, more), {
      event: e.type, data: String(e.data), lastEventId: String(e.lastEventId)
    });
    if (s.events === s.closeAfter) close(s);
  }

  function close(s) {
    if (s.closed) return;
    s.closed = true;
    if (s.source) s.source.close();
    tell(s, 'closed', s.source ? named('closed', { readyState: s.source.readyState }) : {}, {});
  }

  // release closes a source and takes it off the list. What it reports even then
  // is told.
  function release(s) {
    close(s);
    sources.delete(s.number);
    queue({ on: 'released' });
  }

  window.addEventListener('message', function (e) {
    if (e.source !== parent || e.origin !== page) return;
    var command = e.data;
    if (command.op === 'connect') open(command);
    var s = sources.get(command.stream);
    if (command.op === 'close' && s) close(s);
    if (command.op === 'release' && s) release(s);
    draw();
  });

  // draw shows the list, at most a few times a second.
  var drawing = false;
  function draw() {
    if (drawing) return;
    drawing = true;
    setTimeout(function () {
      drawing = false;
      var list = document.getElementById('list');
      list.textContent = '';
      sources.forEach(function (s) {
        var state = !s.source || s.closed ? 'closed' : ['connecting', 'open', 'closed'][s.source.readyState];
        list.appendChild(row(s.name, state + (s.events ? ', ' + s.events + (s.events === 1 ? ' event' : ' events') : '')));
      });
      if (!sources.size) list.appendChild(row('nothing runs here', '')).className = 'idle';
    }, 150);
  }

  function row(name, what) {
    var li = document.createElement('li');
    [['name', name], ['what', what]].forEach(function (part) {
      var span = document.createElement('span');
      span.className = part[0];
      span.textContent = span.title = part[1];
      li.appendChild(span);
    });
    return li;
  }

  document.getElementById('origin').textContent = location.host;
  draw();
  parent.postMessage({ on: 'ready' }, page);
})();
