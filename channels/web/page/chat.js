// The chat page: what she says is kept until the server has stored it, and sent one by one, so that its order stays.

import { openLine } from './line.js';
import { openLog } from './log.js';
import { pickPicture } from './picture.js';
import { newEvent, openUnsent } from './unsent.js';

const OVERLAP = 20; // rows asked for again: a notice with a lower row id may be sent after a reply
const LONGEST_TYPING = 20_000; // ms
const PAUSE = 2_000; // ms before what the server could not store is sent again
const REDRAW = 700; // ms in which a tap may be answered by redrawing its message; after that it gets a bubble meanwhile
const AGAIN = 5_000; // ms before the history is asked for again that the server could not give
const REPORT = 200; // ms in which rows shown are gathered into one report, of at most this many too

const $ = (id) => document.getElementById(id);
const words = $('words').dataset;
const query = new URLSearchParams(location.search);
const seat = query.get('as') ?? '';
const unsent = openUnsent(seat);
const log = openLog($('log'), $('newest'), tap);
const received = []; // row ids of the bot's messages, in the order they came
const unseen = []; // those of them that the server does not know to be shown
const taps = []; // what she tapped and has no answer yet
let ready = false; // the history of this socket is here
let first = true; // no history yet since the page was loaded
let inFlight = '';
let typing = 0;
let reporting = 0;

// ----- What she says

function say(text) {
  enqueue({ type: 'say', event: newEvent(), text });
}

function tap({ choice, label }, ref) {
  if (choice === 'upload') return pickPicture(seat);
  const event = newEvent();
  if (log.hold(ref, choice, event)) enqueue({ type: 'tap', event, choice, label, ref: Number(ref) });
}

function enqueue(frame) {
  unsent.add(frame);
  showOwn(frame);
  flush();
}

/** What the page says by itself is no word of hers and gets no bubble. */
const isCommand = (text) => /^\/(start|language)\b/.test(text);

function showOwn(frame) {
  if (frame.type === 'tap') {
    log.hold(frame.ref, frame.choice, frame.event);
    taps.push({ ...frame, shown: false, timer: setTimeout(showTap, REDRAW, frame.event) });
  } else if (isCommand(frame.text ?? '/language')) {
    log.turn();
  } else {
    showWords(frame.text, frame.event);
  }
}

function showWords(text, event) {
  log.me(text, event);
  if (unsent.has(event)) log.status(event, ready ? 'sending' : 'waiting');
}

/** A tap becomes her words, unless its answer redraws the message she tapped: then the redrawn message says it. */
function showTap(event) {
  const tapped = taps.find((each) => each.event === event);
  if (!tapped || tapped.shown) return;
  tapped.shown = true;
  showWords(tapped.label, event);
}

function answerTap(item) {
  const redrawn = item.edits && log.ref(item.edits);
  const tapped = redrawn ? taps.find((each) => String(each.ref) === redrawn) : taps[0];
  if (!tapped) return;
  clearTimeout(tapped.timer);
  if (redrawn) log.unsay(tapped.event);
  else showTap(tapped.event);
  taps.splice(taps.indexOf(tapped), 1);
}

function flush() {
  const frame = unsent.first();
  if (!ready || inFlight || !frame || !line.send(frame)) return;
  inFlight = frame.event;
  line.expect();
  log.status(frame.event, 'sending');
  showTyping(frame.type !== 'language');
}

function finish(event, state, why) {
  if (inFlight === event) inFlight = '';
  unsent.remove(event);
  log.release(event);
  if (state) showTap(event);
  if (!log.status(event, state, why) && why) $('state').textContent = why;
  flush();
}

// ----- What the server says

const take = {
  history({ items }) {
    $('log').setAttribute('aria-busy', 'true'); // a screen reader does not read it all out
    items.forEach((item, at) => takeItem(item, items[at + 1]));
    ready = true;
    $('state').textContent = '';
    sessionStorage.removeItem('seated');
    if (first) begin(items);
    first = false;
    $('log').removeAttribute('aria-busy');
    for (const frame of unsent.all()) log.status(frame.event, 'sending');
    flush();
  },
  /** No history just now: she can write all the same, and is answered where it is urgent. */
  down() {
    ready = true;
    $('state').textContent = '';
    setTimeout(hello, AGAIN);
    flush();
  },
  /** Said beside the store: no row of it will be asked for again. */
  help({ item }) {
    showTyping(false);
    if (!log.ref(item.id)) log.bot(item);
  },
  message({ item }) {
    showTyping(false);
    takeItem(item);
  },
  ack({ event }) {
    finish(event, '');
  },
  nack({ event, why, again }) {
    showTyping(false);
    if (!again) return finish(event, 'failed', why);
    if (inFlight === event) inFlight = '';
    return setTimeout(flush, PAUSE);
  },
  error({ why }) {
    if (inFlight) finish(inFlight, 'failed', why);
    else $('state').textContent = why;
  },
  /** What she says in another window of this browser. */
  own({ frame }) {
    if (unsent.has(frame.event) || log.has(frame.event) || taps.some((tapped) => tapped.event === frame.event)) return;
    if (frame.type === 'tap') taps.push({ ...frame, shown: false, timer: setTimeout(showTap, REDRAW, frame.event) });
    else if (!isCommand(frame.text)) showWords(frame.text, frame.event);
  },
  pong() {},
  /** She left this phone, here or in another window. */
  left({ text: farewell }) {
    forget();
    document.body.replaceChildren(Object.assign(document.createElement('p'), { textContent: farewell, className: 'left' }));
    takeCookie();
  },
};

function takeItem(item, next) {
  if (item.from === 'me') {
    takeOwn(item, next);
  } else if (!received.includes(item.id)) {
    answerTap(item);
    log.bot(item);
    if (!first) markUnread();
    received.push(item.id);
    unseen.push(item.id);
    reportSeen();
  }
}

function takeOwn({ text, event, at }, next) {
  if (unsent.has(event)) finish(event, ''); // it did arrive; only the ack was lost
  const redrew = next?.edits && log.ref(next.edits);
  // Later histories hold only what this page showed already.
  if (first && !redrew && !isCommand(text) && !log.has(event)) log.me(text, event, at);
}

function begin(items) {
  unsent.all().filter(({ event }) => !log.has(event)).forEach(showOwn);
  log.toEnd();
  const code = query.get('start') ?? '';
  if (/^[\w-]{1,64}$/.test(code)) say(`/start ${code}`);
  else if (items.length === 0 && !unsent.first()) say('/start');
  query.delete('start');
  history.replaceState(null, '', `${location.pathname}${seat && `?${query}`}`);
}

function reportSeen() {
  clearTimeout(reporting);
  reporting = setTimeout(() => {
    if (document.visibilityState !== 'visible' || unseen.length === 0) return;
    if (line.send({ type: 'seen', ids: unseen.slice(0, REPORT) })) unseen.splice(0, REPORT);
    if (unseen.length) reportSeen();
  }, REPORT);
}

const title = document.title;
let unread = 0;

/** What came while she looked elsewhere is counted in the title of the window. */
function markUnread() {
  unread = document.visibilityState === 'visible' ? 0 : unread + 1;
  document.title = unread ? `(${unread}) ${title}` : title;
}

function showTyping(on) {
  clearTimeout(typing);
  if (on) typing = setTimeout(() => log.type(false), LONGEST_TYPING);
  log.type(on);
}

// ----- The line

const line = openLine(`${location.protocol.replace('http', 'ws')}//${location.host}/chat?as=${encodeURIComponent(seat)}`, {
  opened: hello,
  received: (frame) => take[frame.type]?.(frame),
  closed(code) {
    ready = false;
    inFlight = '';
    showTyping(false);
    for (const frame of unsent.all()) log.status(frame.event, 'waiting');
    $('state').textContent = words.away;
    if (code === 4401) sitDown();
    if (code === 4403) {
      forget();
      location.reload();
    }
  },
});

function hello() {
  line.send({ type: 'hello', after: received.length > OVERLAP ? Math.min(...received.slice(-OVERLAP)) : 0 });
}

/** The server gave no seat to this browser, or the seat's cookie is too old: the page brings a new one, if cookies are kept at all. */
function sitDown() {
  line.stop();
  if (sessionStorage.getItem('seated')) {
    $('state').textContent = words.cookies;
  } else {
    sessionStorage.setItem('seated', 'yes');
    location.reload();
  }
}

// ----- What she does

const text = $('text');
const draft = `draft:${seat}`;

$('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  text.value = '';
  sessionStorage.removeItem(draft);
  grow();
  say(said);
});
text.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return; // 229: Safari, where Enter ends the input method
  event.preventDefault();
  $('say').requestSubmit();
});
text.addEventListener('input', () => {
  sessionStorage.setItem(draft, text.value);
  grow();
});
text.value = sessionStorage.getItem(draft) ?? '';
grow();

function grow() {
  text.style.height = 'auto';
  text.style.height = `${text.scrollHeight + text.offsetHeight - text.clientHeight}px`;
}

// The keyboard of the phone stays open while she sends.
$('send').addEventListener('pointerdown', (event) => { if (document.activeElement === text) event.preventDefault(); });

const menu = $('menu');

/** One column of the menu is open at a time; choosing, or anything done elsewhere, closes it. */
const closeMenu = () => menu?.querySelectorAll('[open]').forEach((column) => { column.open = false; });
menu?.addEventListener('click', ({ target }) => {
  const column = target.closest('details');
  menu.querySelectorAll('[open]').forEach((other) => { other.open = other === column; });
  if (!target.dataset.choice) return;
  closeMenu();
  column.querySelector('summary').focus();
  enqueue({ type: 'tap', event: newEvent(), choice: target.dataset.choice, label: target.textContent, ref: 0 });
});
menu?.addEventListener('keydown', ({ key }) => { if (key === 'Escape') closeMenu(); });
document.addEventListener('pointerdown', ({ target }) => { if (!target.closest('#menu')) closeMenu(); });

$('script').addEventListener('click', () => {
  const language = document.documentElement.lang === 'zh-Hant' ? 'zh' : 'zh-Hant';
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `language=${language}; path=/; max-age=31536000; samesite=lax${secure}`;
  unsent.add({ type: 'language', event: newEvent(), language });
  location.reload();
});

/** Nothing of hers stays in this window or in what the browser keeps for it. */
function forget() {
  line.stop();
  unsent.clear();
  sessionStorage.clear();
}

/** The request outlives the page; it takes the cookie away, which scripts cannot. */
function takeCookie() {
  return fetch(`/leave?as=${encodeURIComponent(seat)}`, { method: 'POST', keepalive: true }).catch(() => {});
}

$('leave').addEventListener('click', (event) => {
  event.preventDefault();
  forget();
  document.body.replaceChildren();
  takeCookie().finally(() => location.replace('about:blank'));
  setTimeout(() => location.replace('about:blank'), 400);
});

document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    markUnread();
  }
  reportSeen();
});
