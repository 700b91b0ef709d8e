// What the phone keeps of the round: today's list, half-filled forms, and what is not sent yet. Nothing stays longer than three days.

const KEPT = 3 * 24 * 3600 * 1000; // ms; handlers/visit_page.py says the same
const PREFIX = 'visits:';

const store = (() => {
  try {
    localStorage.setItem('probe', '');
    localStorage.removeItem('probe');
    return localStorage;
  } catch { // a browser that keeps nothing: the page works while it is open
    return null;
  }
})();
const memory = new Map();

export const keeps = store !== null;

function read(key) {
  try {
    const kept = JSON.parse(store ? store.getItem(key) : memory.get(key) ?? 'null');
    return kept && Date.now() - kept.at < KEPT && kept.at <= Date.now() + KEPT ? kept : null;
  } catch {
    return null;
  }
}

function write(key, value, at = Date.now()) {
  const text = JSON.stringify({ at, value });
  if (store) store.setItem(key, text);
  else memory.set(key, text);
}

function remove(key) {
  if (store) store.removeItem(key);
  else memory.delete(key);
}

const keys = (prefix = PREFIX) => (store ? Object.keys(store) : [...memory.keys()]).filter((key) => key.startsWith(prefix)).sort();

/** Forget what is too old, or cannot be read. */
export function tidy() {
  for (const key of keys()) if (!read(key)) remove(key);
}

export function clear() {
  for (const key of keys()) remove(key);
}

export const list = {
  get: () => read(`${PREFIX}list`)?.value ?? null,
  set: (value) => write(`${PREFIX}list`, value),
};

export const drafts = {
  get: (visit) => read(`${PREFIX}draft:${visit}`)?.value ?? {},
  set: (visit, value) => write(`${PREFIX}draft:${visit}`, value),
  remove: (visit) => remove(`${PREFIX}draft:${visit}`),
};

/** Visits of today that were sent: their outcome alone, without any answer. */
export const sent = {
  all: () => read(`${PREFIX}sent`)?.value ?? {},
  set: (value) => write(`${PREFIX}sent`, value),
  add: (visit, outcome) => sent.set({ ...sent.all(), [visit]: outcome }),
};

/** Answers that are not stored yet, oldest first. Each keeps the id it was made with, so that sending it again repeats nothing. */
export const unsent = {
  all: () => keys(`${PREFIX}out:`).map((key) => read(key)?.value).filter(Boolean),
  add: (frame) => write(`${PREFIX}out:${String(Date.now()).padStart(15, '0')}:${frame.event}`, frame),
  remove(event) {
    for (const key of keys(`${PREFIX}out:`)) if (key.endsWith(`:${event}`)) remove(key);
  },
};
