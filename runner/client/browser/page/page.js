// The page asks ssecheck for commands, hands them to its frames, and posts what
// they report. Plain ES2017, for old browsers.
(function () {
  'use strict';

  var urls = JSON.parse(document.body.dataset.frames);
  var frames = []; // {window, origin}
  var session = '';
  var finished = false;

  // What the frames reported and ssecheck has not confirmed. The first is number
  // `confirmed`, counted from 0.
  var queue = [];
  var confirmed = 0;
  var wake = null; // resolves the wait for a report

  // A post carries at most so many reports, and about so many characters.
  var maxReports = 2000;
  var maxCharacters = 1 << 20;

  var counts = { opened: 0, running: 0, events: 0, errors: 0 };
  var began = Date.now();

  function sleep(ms) { return new Promise(function (done) { setTimeout(done, ms); }); }

  // ask posts to ssecheck until that answers. What it says instead of an answer
  // ends all.
  async function ask(path, body) {
    for (var failed = 0; ; failed++) {
      try {
        var response = await fetch(path, { method: 'POST', body: body, cache: 'no-store', credentials: 'omit' });
        var text = await response.text();
        if (response.ok) return text === '' ? null : JSON.parse(text);
        if (response.status < 500) throw new End(text);
      } catch (e) {
        if (finished) return new Promise(function () {}); // nobody waits for it any more
        if (e instanceof End) throw e;
        if (failed >= 30) throw new End('ssecheck does not answer any more.');
      }
      await sleep(Math.min(50 * (failed + 1), 1000));
    }
  }

  function End(message) { this.message = message; }

  // commands asks for commands and carries them out, one after the other. That a
  // command was got is confirmed by asking for the one after it.
  async function commands() {
    for (var next = 0; ;) {
      var answer = await ask('poll?session=' + session + '&from=' + next, '');
      answer.commands.forEach(function (command) {
        next++;
        obey(command);
      });
      if (finished) {
        await ask('poll?session=' + session + '&from=' + next, '');
        return;
      }
    }
  }

  function obey(command) {
    if (command.op === 'bye') {
      finish('done', 'done, you can close this page');
      return;
    }
    if (command.op === 'connect') {
      counts.opened++;
      counts.running++;
    }
    var frame = frames[command.frame];
    frame.window.postMessage(command, frame.origin);
    draw();
  }

  // reports posts what was reported, in order, as much at once as has come.
  async function reports() {
    for (;;) {
      if (!queue.length) await new Promise(function (done) { wake = done; });
      var n = 0;
      for (var size = 0; n < queue.length && n < maxReports && size < maxCharacters; n++) {
        size += (queue[n].data || '').length + 100;
      }
      var batch = queue.slice(0, n);
      await ask('seen?session=' + session + '&from=' + confirmed, JSON.stringify(batch));
      queue.splice(0, n);
      confirmed += n;
    }
  }

  function report(r) {
    if (r.on === 'event') counts.events++;
    if (r.on === 'error') counts.errors++;
    if (r.on === 'released') {
      counts.running--;
      draw();
      return;
    }
    queue.push(r);
    if (wake) {
      wake();
      wake = null;
    }
    draw();
  }

  // load makes the frames and waits until each has answered.
  function load() {
    return new Promise(function (done) {
      var waiting = urls.length;
      window.addEventListener('message', function (e) {
        var known = frames.some(function (f) { return f.window === e.source && f.origin === e.origin; });
        if (!known) return;
        if (e.data.on === 'reports') e.data.reports.forEach(report);
        if (e.data.on === 'ready' && --waiting === 0) done();
      });
      urls.forEach(function (url) {
        var iframe = document.createElement('iframe');
        iframe.title = 'event sources of ' + new URL(url).host;
        iframe.src = url;
        document.getElementById('frames').appendChild(iframe);
        frames.push({ window: iframe.contentWindow, origin: new URL(url).origin });
      });
    });
  }

  function show(id, text) { document.getElementById(id).textContent = text; }

  function finish(kind, message) {
    finished = true;
    document.body.classList.add('finished');
    document.getElementById('state').className = kind;
    show('state', message);
    document.title = message + ' – ssecheck';
    counts.running = 0;
    document.getElementById('frames').textContent = ''; // ends their event sources
    draw();
  }

  var drawing = false;
  function draw() {
    if (drawing) return;
    drawing = true;
    setTimeout(function () {
      drawing = false;
      Object.keys(counts).forEach(function (id) { show(id, counts[id]); });
      if (finished) return; // the time stands
      var seconds = Math.floor((Date.now() - began) / 1000);
      show('time', Math.floor(seconds / 60) + ':' + ('0' + seconds % 60).slice(-2));
      document.title = counts.running + ' open, ' + counts.opened + ' opened – ssecheck';
    }, 200);
  }

  async function run() {
    if (!window.EventSource) throw new End('This browser has no EventSource.');
    await load();
    var hello = await ask('hello', JSON.stringify({ userAgent: navigator.userAgent }));
    session = hello.session;
    show('browser', hello.browser);
    show('state', 'running');
    setInterval(draw, 1000);
    await Promise.race([commands(), reports()]);
  }

  run().catch(function (e) { finish('problem', e.message); });
})();
