// The desk without this file works as well; with it, it locks itself, rings, and keeps a list fresh.
const IDLE = 10 * 60 * 1000; // as domain.desk.IDLE
const SAID = 60 * 1000;
let touched = Date.now();
let told = Date.now();

const lock = () => location.replace('/desk/locked?now=1');

function touch() {
  touched = Date.now();
  if (touched - told < SAID) return;
  told = touched;
  fetch('/desk/here', { method: 'POST' }).then((answer) => answer.status === 401 && lock()).catch(() => {});
}

for (const name of ['keydown', 'pointerdown', 'input', 'scroll']) addEventListener(name, touch, { passive: true });
setInterval(() => Date.now() - touched > IDLE && lock(), 5000);
// A computer that slept, and a page that came back from the browser's memory, are looked at anew.
addEventListener('pageshow', (event) => event.persisted && location.reload());

// A deed is done once, however often its button is tapped.
addEventListener('submit', (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = 'yes';
  setTimeout(() => delete event.target.dataset.sent, 3000);
});
for (const button of document.querySelectorAll('button[data-print]')) button.addEventListener('click', () => print());
for (const box of document.querySelectorAll('input[data-all]')) {
  box.hidden = false;
  box.addEventListener('change', () => {
    for (const one of document.querySelectorAll(`input[name="${box.dataset.all}"]`)) one.checked = box.checked;
  });
}

// How many a notice would be for, while it is written.
const live = document.querySelector('form[data-live]');
let asking;
async function recount() {
  asking?.abort();
  asking = new AbortController();
  const fields = new URLSearchParams(new FormData(live));
  for (const name of ['token', 'text', 'link', 'do']) fields.delete(name);
  fields.set('count', 'yes');
  const answer = await fetch(`${location.pathname}?${fields}`, { signal: asking.signal }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const newer = page.getElementById(live.dataset.live);
  if (newer) document.getElementById(live.dataset.live).replaceChildren(...newer.childNodes);
}
if (live) live.addEventListener('change', (event) => event.target.id !== 'text' && recount());

// New words of a plea show without a reload, and ring.
const ring = document.getElementById('ring');
let first = '';
const events = new EventSource('/desk/events');
events.addEventListener('threads', (event) => {
  if (!first) { first = event.data; return; }
  if (event.data === first) return;
  first = event.data;
  sound();
  refresh();
});
events.addEventListener('out', lock);

async function refresh() {
  const fresh = document.getElementById('fresh');
  if (!fresh) {
    ring.innerHTML = '';
    const link = document.createElement('a');
    link.href = '/desk/threads';
    link.textContent = '有新的求助或新的话，点开看';
    ring.append(link);
    return;
  }
  const answer = await fetch(location.href, { headers: { 'X-Fresh': 'yes' } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const newer = page.getElementById('fresh');
  if (newer) fresh.replaceChildren(...newer.childNodes);
  ring.textContent = '有新的求助或新的话';
}

function sound() {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const quiet = audio.createGain();
    quiet.gain.value = 0.1;
    tone.frequency.value = 880;
    tone.connect(quiet).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  } catch { /* a browser may want a tap first; the line above the page says it too */ }
}
