// The worker's round on one page: today's list, a woman's form, and what is kept until the network is back and then sent once.

import { clear, drafts, keeps, list, sent, tidy, unsent } from './visit_kept.js';
import { element, openForm } from './visit_form.js';
import { holds } from './visit_relevant.js';

const AGAIN = 15_000; // ms between two tries while something waits

const $ = (id) => document.getElementById(id);
const words = $('words').dataset;
const seat = new URLSearchParams(location.search).get('as') ?? '';
const query = seat && `?as=${encodeURIComponent(seat)}`;
let worker = ''; // who the server says sits here; nothing is sent for anybody else
let sending = false;
let retry = 0;

/** 128 random bits. crypto.randomUUID is missing where the page is opened over plain http. */
const newEvent = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

// ----- The list

function waiting() {
  return Object.fromEntries(unsent.all().map((frame) => [frame.visit, frame.outcome]));
}

function showList() {
  const today = list.get();
  const open = waiting();
  const done = sent.all();
  const rows = (today?.visits ?? []).map((visit) => {
    const marks = [visit.phone, visit.missed ? `${visit.missed}${words.missed}` : ''];
    if (visit.id in open) marks.push(`${words.waiting} · ${words[open[visit.id]]}`);
    else if (visit.id in done) marks.push(`${words.sent} · ${words[done[visit.id]]}`);
    const button = element('button', { type: 'button', disabled: visit.id in open || visit.id in done, 'data-visit': visit.id }, `${visit.building} ${visit.who}`.trim(), element('small', {}, marks.filter(Boolean).join(' · ')));
    button.addEventListener('click', () => showVisit(visit));
    return element('li', {}, button);
  });
  $('main').replaceChildren(rows.length ? element('ul', {}, ...rows) : element('p', {}, today ? words.nobody : ''));
  count();
}

function count() {
  const open = unsent.all().length;
  const done = Object.keys(sent.all()).length;
  $('sending').textContent = open || done ? `${words.waiting} ${open} · ${words.sent} ${done}` : '';
}

// ----- One woman

function showVisit(visit) {
  const form = openForm(visit, drafts.get(visit.id), words, (answers) => { drafts.set(visit.id, answers); sure = false; });
  let sure = false;
  const hardship = element('input', { type: 'checkbox' });
  const state = element('p', { class: 'wrong', role: 'alert' });
  const save = element('button', { type: 'button', class: 'main' }, words.save);
  save.addEventListener('click', () => {
    if (form.missing()) return;
    const answers = form.answers();
    const ends = list.get()?.end_when && holds(list.get().end_when, { ...visit.known, ...answers });
    if (ends && !sure) { // one wrong tap must not throw away what an office wrote down
      sure = true;
      state.textContent = words.end;
      return;
    }
    finish(visit, 'done', { answers, hardship: hardship.checked });
  });
  const outcomes = ['away', 'moved', 'refused'].map((outcome) => {
    const button = element('button', { type: 'button' }, words[outcome]);
    button.addEventListener('click', () => finish(visit, outcome, {}));
    return button;
  });
  const back = element('button', { type: 'button' }, words.back);
  back.addEventListener('click', showList);
  $('main').replaceChildren(
    back,
    element('h2', { tabindex: '-1' }, `${visit.building} ${visit.who}`.trim()),
    element('div', { class: 'outcomes' }, ...outcomes),
    element('p', { class: 'hint' }, words.told),
    form.root,
    element('label', { class: 'tick' }, hardship, words.hardship),
    state,
    save,
  );
  $('main').querySelector('h2').focus();
  scrollTo(0, 0);
}

function finish(visit, outcome, more) {
  unsent.add({ event: newEvent(), worker: list.get().worker, visit: visit.id, outcome, ...more });
  drafts.remove(visit.id);
  showList();
  send();
}

// ----- The network

async function load() {
  try {
    const response = await fetch(`/visits/today${query}`, { cache: 'no-store' });
    if (response.status === 401) {
      $('state').textContent = words.login;
      return;
    }
    const today = await response.json();
    worker = today.worker;
    $('state').textContent = keeps ? '' : words.unkept;
    if (unsent.all().some((frame) => frame.worker !== worker)) {
      $('state').textContent = words.other;
      return;
    }
    list.set({ ...today, visits: [...ended(today), ...today.visits] });
    if (!$('main').querySelector('fieldset')) showList();
  } catch {
    worker = '';
    $('state').textContent = words.offline;
  }
}

/** What was done today stays on the list, by name alone, though the server no longer counts it as open. */
function ended(today) {
  const before = list.get();
  const same = before?.worker === worker && before.at.slice(0, 10) === today.at.slice(0, 10);
  sent.set(same ? Object.fromEntries(Object.entries(sent.all()).filter(([id]) => !today.visits.some((visit) => String(visit.id) === id))) : {});
  const open = waiting();
  const gone = (before?.visits ?? []).filter(({ id }) => (id in sent.all() || id in open) && !today.visits.some((visit) => visit.id === id));
  return gone.map(bare);
}

/** What stays of a visit that is sent. */
const bare = ({ id, who, building }) => ({ id, who, building, phone: '', missed: 0, known: {}, questions: [] });

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(retry);
  try {
    if (!worker) await load();
    for (const frame of unsent.all()) {
      if (frame.worker !== worker) break;
      if (!await sendOne(frame)) break;
    }
  } finally {
    sending = false;
    if (!$('main').querySelector('fieldset')) showList();
    else count();
    if (unsent.all().length) retry = setTimeout(send, AGAIN);
  }
}

/** Whether the next one may follow. */
async function sendOne(frame) {
  try {
    const body = JSON.stringify(frame);
    const response = await fetch(`/visits/answers${query}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    if (response.ok) {
      unsent.remove(frame.event);
      sent.add(frame.visit, frame.outcome);
      const kept = list.get();
      if (kept) list.set({ ...kept, visits: kept.visits.map((visit) => (visit.id === frame.visit ? bare(visit) : visit)) });
      return true;
    }
    if (response.status === 400) { // it will not be taken however often it is sent
      unsent.remove(frame.event);
      $('state').textContent = words.failed;
      return true;
    }
    if (response.status === 401) $('state').textContent = words.login;
    return false;
  } catch {
    worker = '';
    $('state').textContent = words.offline;
    return false;
  }
}

let sureToClear = false;
$('clear').addEventListener('click', () => {
  if (unsent.all().length && !sureToClear) {
    sureToClear = true;
    $('state').textContent = words.clear;
    return;
  }
  clear();
  sureToClear = false;
  showList();
});
addEventListener('online', send);
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') send(); });

tidy();
showList();
navigator.serviceWorker?.register('/visits/worker.js', { scope: '/visits' });
load().then(send);
