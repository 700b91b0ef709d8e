// The line to the server: one socket that comes back by itself, at once when the network does.

const LONGEST_WAIT = 15_000; // ms between two tries
const SILENCE = 25_000; // ms after which an idle line is asked whether it still holds
const PATIENCE = 10_000; // ms that an answer may take

/** Calls opened() when a new socket stands, received(frame) for what comes, closed(code) when it is gone. */
export function openLine(url, { opened, received, closed }) {
  let socket = null;
  let tries = 0;
  let retry = 0;
  let watch = 0;

  function connect() {
    clearTimeout(retry);
    if (socket) return;
    const mine = new WebSocket(url);
    socket = mine;
    listen(PATIENCE);
    mine.onopen = () => { if (mine === socket) opened(); };
    mine.onmessage = (event) => {
      if (mine !== socket) return;
      tries = 0;
      listen(SILENCE);
      received(JSON.parse(event.data));
    };
    mine.onclose = (event) => { if (mine === socket) lose(event.code); };
  }

  function lose(code = 0) {
    clearTimeout(watch);
    const lost = socket;
    socket = null;
    lost?.close();
    clearTimeout(retry);
    // Half of the wait is by chance: after a restart of the server not all pages come back in the same moment.
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** tries++);
    retry = setTimeout(connect, wait / 2 + Math.random() * wait / 2);
    closed(code);
  }

  /** A phone does not always notice that its line is dead; a line that stays silent is asked, and given up without an answer. */
  function listen(patience) {
    clearTimeout(watch);
    watch = setTimeout(() => {
      if (patience === SILENCE && socket?.readyState === WebSocket.OPEN) {
        ask();
      } else {
        lose();
      }
    }, patience);
  }

  function ask() {
    send({ type: 'ping' });
    listen(PATIENCE);
  }

  function send(frame) {
    if (socket?.readyState !== WebSocket.OPEN) return false;
    socket.send(JSON.stringify(frame));
    return true;
  }

  function comeBack() {
    tries = 0;
    if (socket?.readyState === WebSocket.OPEN) ask();
    else connect();
  }

  addEventListener('offline', () => { if (socket) lose(); });
  addEventListener('online', comeBack);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') comeBack(); });
  connect();

  return {
    send,
    /** Expect an answer to what was just sent. */
    expect: () => listen(PATIENCE),
    stop: () => { clearTimeout(retry); clearTimeout(watch); const last = socket; socket = null; last?.close(); },
  };
}
