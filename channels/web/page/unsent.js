// What she said and the server has not stored yet. It outlives a reload; each message keeps its event id, so sending it again repeats nothing.

const store = (() => {
  try {
    localStorage.setItem('probe', '');
    localStorage.removeItem('probe');
    return localStorage;
  } catch { // a browser that keeps nothing: the page still works until it is closed
    return null;
  }
})();

/** 128 random bits. crypto.randomUUID is missing where the page is opened over plain http. */
export function newEvent() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The queue of one seat, oldest first. Every message has a key of its own, so that two windows do not overwrite each other. */
export function openUnsent(seat) {
  const prefix = `unsent:${seat}:`;
  const keys = new Map();
  const frames = read(prefix, keys);

  return {
    first: () => frames[0],
    all: () => [...frames],
    has: (event) => frames.some((frame) => frame.event === event),
    add(frame) {
      const key = `${prefix}${String(Date.now()).padStart(15, '0')}:${frame.event}`;
      keys.set(frame.event, key);
      frames.push(frame);
      keep(key, frame);
    },
    remove(event) {
      const at = frames.findIndex((frame) => frame.event === event);
      if (at < 0) return;
      frames.splice(at, 1);
      store?.removeItem(keys.get(event));
    },
    clear() {
      frames.length = 0;
      for (const key of keys.values()) store?.removeItem(key);
    },
  };
}

function read(prefix, keys) {
  const found = Object.keys(store ?? {}).filter((key) => key.startsWith(prefix)).sort();
  return found.flatMap((key) => {
    try {
      const frame = JSON.parse(store.getItem(key));
      keys.set(frame.event, key);
      return [frame];
    } catch {
      return [];
    }
  });
}

function keep(key, frame) {
  try {
    store?.setItem(key, JSON.stringify(frame));
  } catch { // full: it is still in memory
  }
}
