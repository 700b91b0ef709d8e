// The picture of a message, above its words; a tap shows it alone and large.

const words = document.getElementById('words').dataset;
const KEY = /^[\w-]{16,64}$/;

/** Draw the picture of this key, or none; `grown()` is called when it takes its room. */
export function drawPicture(message, key, grown) {
  if (key === (message.picture?.dataset.key ?? '')) return;
  message.picture?.remove();
  message.picture = null;
  if (!KEY.test(key)) return;
  const link = document.createElement('a');
  link.className = 'picture';
  link.dataset.key = key;
  link.href = `/picture/${key}`;
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  const image = link.appendChild(document.createElement('img'));
  image.alt = words.picture;
  image.addEventListener('load', grown);
  image.addEventListener('error', () => { image.alt = words.lost; grown(); });
  image.src = link.href;
  message.bubble.prepend(link);
  message.picture = link;
}

const pick = document.getElementById('pick');
const state = document.getElementById('state');

/** Let her choose a picture and send it; the bot answers in the chat. */
export function pickPicture(seat) {
  pick.onchange = async () => {
    const [file] = pick.files;
    pick.value = '';
    if (!file) return;
    state.textContent = words.sending;
    try {
      const answer = await fetch(`/picture?as=${encodeURIComponent(seat)}`, { method: 'POST', body: file });
      state.textContent = answer.ok ? '' : await answer.text();
    } catch { // no network
      state.textContent = words.unsent;
    }
  };
  pick.click();
}
