// The conversation on the screen: bubbles, replies to tap, times. Text is only ever set as text, never as HTML.

import { drawPicture } from './picture.js';
import { drawReplies } from './replies.js';
import { drawText } from './text.js';

const words = document.getElementById('words').dataset;
const PAUSE = 5 * 60_000; // ms between two messages after which the time is shown
const NEAR = 48; // px from the end that still count as being there

/** `tapped(button, ref)` is called with {label, choice} and the row id of the message that holds the button. */
export function openLog(element, newest, tapped) {
  const bots = new Map(); // row id, of a message or of one that replaced it -> message
  const mine = new Map(); // event -> message
  const fresh = new Set(); // what the bot said since her last words: its replies are drawn large
  const typing = newMessage('typing');
  let spoken = false;
  let last = 0;
  let pinned = null; // stays in view while an answer grows: her last words, or the first thing said to her
  let placed = 0; // where this file scrolled to; elsewhere means that she scrolled away to read
  let following = true;

  typing.bubble.append(...[0, 1, 2].map(() => document.createElement('i')));
  typing.node.setAttribute('aria-hidden', 'true');

  const below = () => element.scrollHeight - element.clientHeight - element.scrollTop;

  /** Show a bot row that is not here yet, or put it in the place of the one it edits. */
  function bot(item) {
    const id = String(item.id);
    const known = item.edits && bots.get(item.edits);
    const message = known || newMessage('bot', item.speaker || words.bot, item.speaker);
    message.ref ??= item.edits || id;
    bots.set(id, message).set(message.ref, message);
    if (!known || item.id > message.version) {
      const top = element.scrollTop;
      const whole = known && message.node.offsetTop + message.node.offsetHeight <= top + element.clientHeight;
      fill(message, item);
      if (known) reveal(message.node, top, whole);
    }
    if (!known) {
      const focused = answered();
      if (spoken) settle();
      fresh.add(message);
      if (below() < NEAR && !inView(pinned)) pinned = message.node;
      append(message.node, item.at);
      if (focused) message.bubble.focus({ preventScroll: true });
    }
  }

  function fill(message, item) {
    message.version = item.id;
    drawText(message, item.text);
    drawPicture(message, item.picture ?? '', follow);
    drawReplies(message, item.cards ?? [], item.buttons ?? [], (button) => tapped(button, message.ref));
  }

  /** Her own words; `at` is given for those of her history. */
  function me(text, event = '', at = '') {
    const message = newMessage('me', words.me);
    drawText(message, text, false);
    message.status = message.node.appendChild(document.createElement('p'));
    message.status.className = 'status';
    if (event) mine.set(event, message);
    spoken = true;
    pinned = message.node;
    following = true;
    append(message.node, at);
  }

  /** What was redrawn stays where it was; only where its end was in sight and grew below the edge, the view follows as far as its beginning allows. */
  function reveal(node, top, whole) {
    const beginning = node.offsetTop - 8;
    const end = node.offsetTop + node.offsetHeight + 16 - element.clientHeight;
    element.scrollTop = whole && end > top && top <= beginning ? Math.min(end, beginning) : top;
    placed = element.scrollTop;
    newest.hidden = below() < NEAR;
  }

  /** Who tapped a button goes on at its answer, not at the button; who is writing is left in peace. */
  const answered = () => spoken && document.activeElement !== element && element.contains(document.activeElement);

  function settle() {
    for (const message of fresh) message.node.classList.add('older');
    fresh.clear();
    spoken = false;
  }

  function append(node, at) {
    const time = at ? new Date(at) : new Date();
    if (time - last > PAUSE) element.append(timeLine(time));
    last = Math.max(last, time);
    element.append(node);
    if (typing.node.isConnected) element.append(typing.node);
    follow();
  }

  /** Take back the bubble of `event`: its answer was to redraw what she tapped. */
  function unsay(event) {
    mine.get(event)?.node.remove();
    mine.delete(event);
  }

  /** `state` is sending, waiting, failed or empty (stored). */
  function status(event, state, why = '') {
    const message = mine.get(event);
    if (!message) return false;
    const text = state && [words[state], why].filter(Boolean).join('：');
    if (message.status.textContent !== text) message.status.textContent = text;
    message.status.setAttribute('aria-hidden', String(state === 'sending'));
    message.node.classList.toggle('failed', state === 'failed');
    return true;
  }

  /** Mark the button as tapped (`event`) until `released`. A button that waits is not tapped twice. */
  function hold(ref, choice, event) {
    const button = bots.get(String(ref))?.buttons.get(choice);
    if (!button || button.dataset.event) return false;
    button.setAttribute('aria-busy', 'true');
    button.dataset.event = event;
    return true;
  }

  function release(event) {
    const button = element.querySelector(`[data-event="${CSS.escape(event)}"]`);
    if (!button) return;
    button.removeAttribute('aria-busy');
    delete button.dataset.event;
  }

  function type(on) {
    if (on) element.append(typing.node);
    else typing.node.remove();
    follow();
  }

  const inView = (node) => node !== null && node.offsetTop >= element.scrollTop;

  function follow() {
    if (following) {
      const bottom = element.scrollHeight - element.clientHeight;
      const start = pinned ? Math.max(pinned.offsetTop - 8, element.scrollTop) : bottom;
      element.scrollTop = Math.min(bottom, start);
      placed = element.scrollTop;
    }
    newest.hidden = below() < NEAR;
  }

  element.addEventListener('scroll', () => {
    following = below() < NEAR || Math.abs(element.scrollTop - placed) < NEAR;
    newest.hidden = below() < NEAR;
  });
  newest.addEventListener('click', () => {
    element.scrollTop = element.scrollHeight;
    element.focus();
  });
  new ResizeObserver(follow).observe(element);

  return {
    bot, me, unsay, status, hold, release, type,
    has: (event) => mine.has(event),
    /** The row id that stands for a message, whichever of its versions is named; undefined where it is not here. */
    ref: (id) => bots.get(String(id))?.ref,
    /** She did something that shows no bubble. */
    turn: () => { spoken = true; },
    /** To the very end, as after loading. */
    toEnd: () => { pinned = null; following = true; follow(); },
  };
}

/** `name` is heard before the words; a person of the staff is named in sight as well. */
function newMessage(kind, name = '', speaker = '') {
  const node = document.createElement('div');
  const row = node.appendChild(document.createElement('div'));
  const bubble = document.createElement('div');
  bubble.tabIndex = -1;
  const text = bubble.appendChild(document.createElement('span'));
  node.className = `message ${kind}`;
  row.className = 'row';
  bubble.className = 'bubble';
  if (kind !== 'me') row.appendChild(document.createElement('span')).className = 'face';
  if (speaker) {
    const label = node.insertBefore(document.createElement('p'), row);
    label.className = 'speaker';
    label.textContent = speaker;
    node.classList.add('person');
  } else if (name) {
    row.append(unseen(`${name}：`));
  }
  row.append(bubble);
  return { node, bubble, text, version: 0, buttons: new Map() };
}

function unseen(text) {
  const span = document.createElement('span');
  span.className = 'unseen';
  span.textContent = text;
  return span;
}

function timeLine(time) {
  const line = document.createElement('p');
  const language = document.documentElement.lang;
  // Times are the town's, wherever the phone thinks it is.
  const timeZone = 'Asia/Shanghai';
  const dayOf = (moment) => Date.parse(moment.toLocaleDateString('sv', { timeZone }));
  const clock = time.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false, timeZone });
  const days = (dayOf(new Date()) - dayOf(time)) / 86_400_000;
  const day = [ '', words.yesterday ][days] ?? time.toLocaleDateString(language, { month: 'long', day: 'numeric', timeZone });
  line.className = 'time';
  line.textContent = `${day} ${clock}`.trim();
  return line;
}
